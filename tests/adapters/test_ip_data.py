import json
from importlib import resources

import iporigin
import iptocc
import maxminddb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from fraudcheck.adapters.ip_data import IpData
from fraudcheck.fields.ip import carried_ipv4
from training.networks.table import OWN as OWN_FILE

LISTS = IpData()
OWN = maxminddb.open_database(OWN_FILE)


def written(folder, name, **records):
    """A file in MaxMind's format, with these rows by network."""
    writer = MMDBWriter(ip_version=6, ipv4_compatible=True, database_type=name)
    for network, record in records.items():
        writer.insert_network(IPSet([network]), record)
    path = folder / f"{name}.mmdb"
    writer.to_db_file(str(path))
    return path


@pytest.mark.parametrize(
    ("who", "ip", "country"),
    [
        ("Viettel mobile, Ha Noi", "171.224.180.20", "VN"),
        ("VNPT, Da Nang", "113.160.20.20", "VN"),
        ("Jio, Mumbai", "49.36.10.20", "IN"),
        ("Airtel, Delhi", "122.161.50.20", "IN"),
        ("MTN, Lagos", "102.89.10.20", "NG"),
        ("Airtel, Abuja", "105.112.20.20", "NG"),
        ("Vivo, Sao Paulo", "177.102.10.20", "BR"),
        ("Claro, Recife", "187.20.10.20", "BR"),
        ("AIS, Bangkok", "49.228.10.20", "TH"),
        ("True, Chiang Mai", "171.96.10.20", "TH"),
        ("Orange Polska", "83.8.10.20", "PL"),
        ("Etisalat, Dubai", "86.98.10.20", "AE"),
        ("STC, Riyadh", "188.48.10.20", "SA"),
        ("Telecom Egypt", "156.192.10.20", "EG"),
        ("Maroc Telecom", "105.156.10.20", "MA"),
        ("Comcast, Houston", "73.166.10.20", "US"),
        ("Telekom, Berlin", "79.200.10.20", "DE"),
        ("University of Tokyo", "133.11.10.20", "JP"),
        ("Free Mobile, which a list takes for Scaleway", "37.160.10.20", "FR"),
        ("Free's, which its sister company announces", "81.56.10.20", "FR"),
        ("Free by IPv6", "2a01:e0a:10::20", "FR"),
        ("Reliance by IPv6", "2409:4042::20", "IN"),
    ],
)
def test_peoples_lines_are_none_of_machines(who, ip, country):
    found = LISTS.look_up(ip)
    assert found.kind in {None, "access"}, who
    assert country in found.countries, who


@pytest.mark.parametrize(
    ("ip", "kind", "operator"),
    [
        ("185.220.101.20", "tor", "Tor"),
        ("52.95.110.20", "hosting", "Amazon AWS"),
        ("95.216.10.20", "hosting", "Hetzner"),
        ("185.213.154.67", "vpn", "Mullvad"),
        ("82.145.210.20", "relay", "Opera Mini"),  # whole villages in Africa and India
        ("165.225.10.20", "relay", "Zscaler"),  # a company's gateway
        ("104.28.10.20", "relay", "Cloudflare"),  # WARP
        ("172.225.28.230", "relay", "Apple Private Relay"),
        ("31.13.64.20", "relay", "Meta"),  # Free Basics
        ("66.249.84.20", "relay", "Google"),
        ("98.97.10.20", "satellite", "Starlink"),
        ("38.25.10.20", None, None),  # Cogent's, which access providers all over the world announce
    ],
)
def test_kinds(ip, kind, operator):
    found = LISTS.look_up(ip)
    assert (found.kind, found.operator) == (kind, operator)
    assert found.list is None or found.list.rpartition(" ")[2] in LISTS.versions.values()


@pytest.mark.parametrize(
    "ip",
    ["10.0.0.1", "192.168.1.20", "127.0.0.1", "100.64.20.20", "169.254.1.1", "192.0.2.20", "224.0.0.1", "0.0.0.1",
     "255.255.255.255", "::1", "fe80::20", "fc00::20", "2001:db8::20", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::a00:1"],
)  # fmt: skip
def test_addresses_that_tell_of_nobody(ip):
    found = LISTS.look_up(ip)
    assert (found.private, found.kind, found.countries) == (True, None, ())


@pytest.mark.parametrize(
    "ip",
    ["::ffff:171.224.180.20", "2002:abe0:b414::1", "64:ff9b::171.224.180.20", "2001:0:4136:e378:8000:63bf:541f:4beb"],
)
def test_an_address_within_an_address(ip):
    assert LISTS.look_up(ip) == LISTS.look_up("171.224.180.20")


@pytest.mark.parametrize(
    "text", ["", "nonsense", "1.2.3", "1.2.3.4.5", "::g", "1.2.3.4/24", "\0", "01.2.3.4", "::1%", "\ud800", "::1\0"]
)
def test_what_is_no_address_is_nobodys(text):
    assert LISTS.look_up(text).countries == ()


@pytest.mark.parametrize(
    ("name", "record", "kind", "countries"),
    [
        ("GeoLite2-Country", {"country": {"iso_code": "KE", "geoname_id": 192950}}, None, ("KE",)),
        ("GeoLite2-City", {"country": {"iso_code": "KE"}, "location": {"time_zone": "Africa/Nairobi"}}, None, ("KE",)),
        ("registered-only", {"registered_country": {"iso_code": "KE"}}, None, ("VN",)),
        ("GeoIP2-Anonymous-IP", {"is_anonymous": True, "is_hosting_provider": True}, "hosting", ("VN",)),
        ("GeoIP2-Anonymous-IP", {"is_anonymous_vpn": True, "is_hosting_provider": True}, "vpn", ("VN",)),
        ("GeoIP2-Anonymous-IP", {"is_residential_proxy": True}, "proxy", ("VN",)),
        ("GeoIP2-Anonymous-IP", {"is_public_proxy": True}, "proxy", ("VN",)),
        ("GeoIP2-Anonymous-IP", {"is_tor_exit_node": True, "is_hosting_provider": True}, "tor", ("VN",)),
        ("GeoIP2-Enterprise", {"country": {"iso_code": "TH"}, "traits": {"is_hosting_provider": True}}, "hosting",
         ("TH",)),
        ("GeoIP2-Enterprise", {"country": {"iso_code": "TH"}, "traits": {"user_type": "cellular"}}, None, ("TH",)),
        ("GeoLite2-ASN", {"autonomous_system_number": 9009, "autonomous_system_organization": "M247"}, "vpn", ("VN",)),
        ("GeoLite2-ASN", {"autonomous_system_number": 22616, "autonomous_system_organization": "ZSCALER"}, "relay",
         ("VN",)),
        ("GeoLite2-ASN", {"autonomous_system_number": 7552}, None, ("VN",)),
        ("ipinfo-lite", {"country": "Kenya", "country_code": "KE", "asn": "AS16276"}, None, ("KE",)),
        ("ipinfo-privacy", {"vpn": "true", "proxy": "", "tor": "", "relay": "", "hosting": "true"}, "vpn", ("VN",)),
        ("ipinfo-privacy", {"vpn": True, "relay": True, "hosting": True}, "relay", ("VN",)),
        ("country", {"country_code": "KE"}, None, ("KE",)),
        ("country", {"country_code": "EU"}, None, ("VN",)),
        ("odd", {"country": 7, "asn": {"x": 1}, "traits": "none", "vpn": "yes"}, None, ("VN",)),
    ],
)  # fmt: skip
def test_the_operators_file_goes_first(tmp_path, name, record, kind, countries):
    path = written(tmp_path, name, **{"171.224.0.0/16": record})
    data = IpData([path])
    found = data.look_up("171.224.180.20")
    assert (found.kind, found.countries) == (kind, countries)
    assert found.list == (f"{path.name} {data.versions[path.name]}" if kind else None)
    assert data.look_up("8.8.4.4") == LISTS.look_up("8.8.4.4")


def test_several_files_add_up(tmp_path):
    files = [
        written(tmp_path, "one", **{"171.224.0.0/16": {"country": {"iso_code": "KE"}}}),
        written(tmp_path, "two", **{"171.224.0.0/16": {"is_anonymous_vpn": True}}),
    ]
    found = IpData(files).look_up("171.224.180.20")
    assert (found.kind, found.countries) == ("vpn", ("KE",))


def test_a_relay_of_the_allow_list_goes_before_the_operators_file(tmp_path):
    path = written(tmp_path, "anonymous", **{"165.225.0.0/16": {"is_hosting_provider": True}})
    assert IpData([path]).look_up("165.225.10.20").kind == "relay"


def test_a_file_that_is_missing_or_broken_says_what_to_do(tmp_path):
    with pytest.raises(ValueError, match=r"none\.mmdb.*ip_databases"):
        IpData([tmp_path / "none.mmdb"])
    broken = tmp_path / "broken.mmdb"
    broken.write_bytes(b"<html>please sign in</html>")
    with pytest.raises(ValueError, match=r"broken\.mmdb.*ip_databases"):
        IpData([broken])
    cut = written(tmp_path, "cut", **{"1.0.0.0/24": {"country": {"iso_code": "AU"}}})
    cut.write_bytes(cut.read_bytes()[:-40])
    with pytest.raises(ValueError, match="ip_databases"):
        IpData([cut])


def test_nothing_is_read_before_it_is_needed():
    data = IpData()
    assert data._shipped is None
    assert sorted(data.versions) == ["iporigin", "iptocc", "networks"]
    data.look_up("171.224.180.20")
    assert data._shipped is not None


def test_the_networks_name_their_sources():
    manifest = json.loads(resources.files("fraudcheck.models").joinpath("networks/manifest.json").read_text())
    assert all(source["licence"] for source in manifest["sources"])


GIVEN_OUT = ["a00::/8", "2001::/16", "2002::/16", "2400::/12", "2600::/12", "2800::/12", "2a00::/12", "64:ff9b::/32"]
ANY_ADDRESS = st.ip_addresses() | st.sampled_from(GIVEN_OUT).flatmap(lambda block: st.ip_addresses(network=block))


@settings(max_examples=1000)
@given(ANY_ADDRESS)
def test_an_address_is_what_the_lists_say_of_it_one_by_one(address):
    found = LISTS.look_up(str(address))
    address = carried_ipv4(address)
    assert found.private == (not address.is_global or address.is_multicast)
    if found.private:
        return
    own = OWN.get(address) or {}
    codes = {iptocc.country_code(str(address)), own.get("country")} - {None, "AP", "EU", "XX", "ZZ"}
    assert found.countries == tuple(sorted(codes))
    origin = iporigin.classify(address)
    said_by = found.list and found.list.partition(" ")[0]
    assert (found.kind, found.operator) in {
        "networks": [(own.get("kind"), own.get("operator"))],
        "iporigin": [(kind, origin.provider) for kind in ("tor", "vpn", "hosting", "relay")],
        None: [(None, None)],
    }[said_by]
    # Nothing that a list says is lost: Cogent is the one provider of which nothing can be said.
    assert found.kind or not own.get("kind")
    assert found.kind or origin.kind == "unknown" or origin.provider == "Cogent"
