"""Which column of a file is which field of a lead?

Files of leads come from CRMs and lead platforms, and each has its own headings. A wrong guess costs more than none: a
heading that means different things in different files is not in the tables here, so the file's owner has to map it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Final

from fraudcheck.fields.normal_form import normalize

_HEADINGS_OF_FIELD: Final[dict[str, str]] = {
    "email": "email emailaddress mail primaryemail emailprimary mainemail email1 email1value emailid personalemail "
    "emailadresse mailadresse adresemail adresaemail enderecodeemail correoelectronico correo direcciondeemail "
    "adressemail adresseemail courriel diachiemail thudientu emailwork workemail businessemail emailhome homeemail "
    "useremail email2 secondaryemail",
    "phone": "phone phonenumber phoneno primaryphone primaryphonenumber phoneprimary mainphone phone1 phonenumber1 "
    "phone1value telephone telephonenumber telephoneno tel mobile mobilephone mobilephonenumber mobilenumber mobileno "
    "phonemobile cell cellphone cellphonenumber cellnumber phonecell telefon telefonnummer rufnummer handy "
    "handynummer mobilnummer mobiltelefon numertelefonu nrtelefonu telefonkomorkowy telefone numerodetelefone celular "
    "telemovel telefono numerodetelefono movil numerodecelular numerodetelephone portable telephoneportable "
    "telephonemobile sodienthoai sdt dienthoai didong dienthoaididong dayphone daytimephone contactnumber "
    "contactno homephone phonehome workphone phonework businessphone userphone whatsapp whatsappnumber phone2 "
    "phonenumber2 secondaryphone otherphone",
    "name": "name fullname contactname contactperson completename vollstandigername vorundnachname vornamenachname "
    "imieinazwisko nazwiskoiimie nome nomecompleto nombre nombrecompleto nombreyapellido nombreyapellidos nom "
    "nomcomplet nometprenom prenometnom nomprenom hovaten hoten tenkhachhang ten",
    "first_name": "firstname fname givenname forename namefirst vorname imie primeironome primernombre prenom",
    "last_name": "lastname lname surname familyname namelast nachname familienname nazwisko sobrenome apellido "
    "apellidos nomdefamille ho",
    "company": "company companyname nameofcompany organization organisation organizationname organisationname "
    "accountname companyaccount business businessname firma firmenname unternehmen nazwafirmy empresa nomedaempresa "
    "nombredelaempresa nombredeempresa entreprise societe nomdelentreprise congty tencongty",
    "message": "message comments comment inquiry enquiry messagebody nachricht ihrenachricht kommentar wiadomosc "
    "tresc trescwiadomosci mensagem mensaje comentarios commentaire commentaires tinnhan loinhan noidungtinnhan",
    "address": "address streetaddress street addressline1 address1 street1 addressstreetaddress fulladdress "
    "homeaddress mailingaddress mailingstreet postaladdress strasse anschrift adresse adres ulica endereco morada "
    "direccion diachi",
    "postal_code": "postalcode zip zipcode postcode postal zippostalcode zippostal postalzip postcodezip zip5 "
    "addresszippostalcode mailingpostalcode mailingzip mailingzippostalcode plz postleitzahl kodpocztowy cep "
    "codigopostal codepostal mabuuchinh mabuudien",
    "country": "countryiso countryisocode isocountry countrycode country countryregion addresscountry mailingcountry "
    "landercode landerkurzel land kraj pais pays quocgia",
    "source.vendor": "vendor vendorname leadvendor supplier suppliername leadsupplier publisher publishername "
    "affiliate affiliatename leadprovider leadseller partner partnername lieferant dostawca fornecedor proveedor "
    "fournisseur nhacungcap vendorid supplierid publisherid affiliateid partnerid leadsource leadsourcename utmsource "
    "src source",
    "source.campaign": "campaign campaignname utmcampaign adcampaign kampagne kampania campanha campana campagne "
    "chiendich campaignid campid",
    "source.sub_id": "subid subid1 sub1 affsub affsub1 subaffiliate subaffiliateid subsource subsourceid ssid pubid",
    "source.channel": "channel leadchannel marketingchannel",
    "source.price.amount": "leadprice priceperlead leadcost costperlead cpl purchaseprice soldprice price cost "
    "leadpreis",
    "source.price.currency": "pricecurrency costcurrency leadcurrency currency currencycode currencyisocode wahrung "
    "waluta moeda moneda devise",
    "client.ip": "ip ipaddress ipaddr userip useripaddress clientip clientipaddress remoteip remoteaddr visitorip "
    "optinip optinipaddress signupip submissionip ipadresse adresip enderecoip direccionip adresseip diachiip",
    "client.user_agent": "useragent useragentstring browseruseragent httpuseragent clientuseragent",
    "client.accept_language": "acceptlanguage httpacceptlanguage",
    "client.timezone": "timezone clienttimezone browsertimezone zeitzone",
    "client.device_id": "deviceid deviceidentifier devicefingerprint fingerprint browserfingerprint",
    "client.referrer": "referrer referer referrerurl refererurl referringurl httpreferer httpreferrer",
    "client.page_url": "pageurl sourceurl formurl landingpageurl landingurl landingpage pageuri optinurl submissionurl",
    "form.seconds_on_page": "secondsonpage",
    "form.fill_seconds": "fillseconds",
    "form.keystrokes": "keystrokes",
    "form.pastes": "pastes",
    "form.autofills": "autofills",
    "form.pointer_events": "pointerevents",
    "form.honeypot": "honeypot",
    "form.webdriver": "webdriver navigatorwebdriver",
    "form.token": "formtoken",
    "submitted_at": "submittedat submitted submittedon submittime submitdate submissiondate submissiontime "
    "submissiondatetime datesubmitted submittedtime leadsubmittime optintimestamp optindatetime optintime "
    "entrydate createdat createdtime timecreated createddate createdate createdon created datecreated creationdate "
    "creationtime createtime dateadded addtime leaddate leadcreated leadcreatedat leadcreateddate receivedat received "
    "receivedon datereceived signupdate optindate timestamp zeitstempel datetime dateandtime date erstelltam erstellt "
    "erstelldatum eingangsdatum datum datautworzenia datazgloszenia datawyslania criadoem datadecriacao datadeenvio "
    "fechadecreacion creadoel fechadeenvio fecha datedecreation creele datedenvoi ngaytao ngaygui",
    "reference": "reference referenceid referencenumber leadid leaduuid leadguid externalid recordid entryid "
    "responseid submissionid contactid id uuid guid referenz referenznummer referencia",
}
"""Each field's known headings in the form that ``_simplify`` gives, the best first."""

_OWNERS = ("lead", "contact", "your", "customer", "person", "prospect", "applicant", "consumer", "client")
"""Words for the person that headings begin with, as in "Person - Email" and "your-message"."""

_NAME_HALVES = {
    ("name", "vorname"): ("first_name", "last_name"),
    ("nom", "prenom"): ("first_name", "last_name"),
    ("nome", "sobrenome"): ("last_name", "first_name"),
    ("nombre", "apellido"): ("last_name", "first_name"),
    ("nombre", "apellidos"): ("last_name", "first_name"),
    ("ten", "ho"): ("last_name", "first_name"),
}
"""Headings that mean the whole name if they stand alone, and half of it beside another heading.

(ambiguous heading, the other heading): (field of the other column, field of the ambiguous column).
"""

FIELDS: tuple[str, ...] = tuple(_HEADINGS_OF_FIELD)
"""The fields of a lead that a column can be, nested ones with dots."""

_FIELDS_WITH_OWNER = (*FIELDS[: FIELDS.index("country") + 1], "client.ip")
"""Fields whose headings may begin with a word of ``_OWNERS``."""

_PLAIN_LETTERS = str.maketrans("đłøı", "dloi")
"""Letters that Unicode does not decompose into a plain letter and a mark."""


def _simplify(heading: str) -> str:
    """A heading's letters and digits alone, in lower case and without accents."""
    decomposed = normalize("NFKD", heading.casefold()).translate(_PLAIN_LETTERS)
    return "".join(letter for letter in decomposed if letter.isalnum())


def _rank_headings() -> dict[str, tuple[int, str]]:
    """Rank and field of every known heading; of two columns for one field, the one with the lower rank is taken."""
    ranked: dict[str, tuple[int, str]] = {}
    for field, spellings in _HEADINGS_OF_FIELD.items():
        headings = spellings.split()
        own = _simplify(field)
        if own not in headings:
            headings = [own, *headings]
        for rank, heading in enumerate(headings):
            ranked.setdefault(heading, (rank, field))
    for owner in _OWNERS:
        for field in _FIELDS_WITH_OWNER:
            for rank, heading in enumerate(_HEADINGS_OF_FIELD[field].split(), 1000):
                ranked.setdefault(owner + heading, (rank, field))
    for heading in _HEADINGS_OF_FIELD["submitted_at"].split():
        for zone in ("utc", "gmt"):
            ranked.setdefault(heading + zone, ranked[heading])
    return ranked


_RANKED_HEADINGS: Final = _rank_headings()


def propose_mapping(columns: Sequence[str], chosen: Mapping[str, str]) -> dict[str, str]:
    """The column of each field, in the order of ``FIELDS``. No column serves two fields.

    ``chosen`` (field to column) goes first, then columns named exactly like a field, then known headings. Raises
    ValueError, with what to do, for a field or column that does not exist, or a column that is chosen twice.
    """
    mapping = _check_chosen(columns, chosen)
    taken = set(mapping.values())
    best: dict[str, tuple[int, str]] = {}
    for column in columns:
        rank, field = _rank_column(column)
        if not field or field in mapping or column in taken:
            continue
        if field not in best or rank < best[field][0]:
            best[field] = (rank, column)
    for field, (_, column) in best.items():
        mapping[field] = column
    if "name" not in chosen:
        _split_name(mapping)
    return {field: mapping[field] for field in FIELDS if field in mapping}


def _rank_column(column: str) -> tuple[int, str]:
    """Rank and field of a column; the field is "" if none is known."""
    name = _bare(column)
    if name in FIELDS:
        return -1, name
    return _RANKED_HEADINGS.get(_simplify(column), (0, ""))


def _check_chosen(columns: Sequence[str], chosen: Mapping[str, str]) -> dict[str, str]:
    """What a person chose, with each column's exact name. Raises ValueError, with what to do."""
    by_bare_name = {_bare(column): column for column in columns}
    mapping: dict[str, str] = {}
    for field, name in chosen.items():
        if field not in FIELDS:
            raise ValueError(f"A lead has no field {field!r}: {_suggest_field(field)}")
        column = name if name in columns else by_bare_name.get(_bare(name))
        if column is None:
            raise ValueError(f"The file has no column {name!r} for {field}; --map-only shows its columns")
        for other_field, other_column in mapping.items():
            if other_column == column:
                raise ValueError(
                    f"The column {name!r} is chosen for {other_field} and for {field}: give it to one of them"
                )
        mapping[field] = column
    return mapping


def _suggest_field(unknown: str) -> str:
    """A hint for a person who named a field that does not exist."""
    near = get_close_matches(unknown, FIELDS, 1, 0.5)
    suggestion = near[0] if near else _RANKED_HEADINGS.get(_simplify(unknown), (0, ""))[1]
    return f"did you mean {suggestion}?" if suggestion else f"the fields are {', '.join(FIELDS)}"


def _bare(column: str) -> str:
    """A heading without the blanks around it and without the byte order mark that the first one may begin with."""
    return column.lstrip("\ufeff").strip()


def _split_name(mapping: dict[str, str]) -> None:
    """Map a column such as "Nom" to the half of the name that it is, if a "Prénom" stands beside it."""
    for (ambiguous, partner), (partner_field, half) in _NAME_HALVES.items():
        is_ambiguous = _simplify(mapping.get("name", "")) == ambiguous
        has_partner = _simplify(mapping.get(partner_field, "")) == partner
        if half not in mapping and is_ambiguous and has_partner:
            mapping[half] = mapping.pop("name")
            return
