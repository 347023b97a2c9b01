"""Where does mail for a domain go? Look-ups over the DNS: cached, limited in number, from several resolvers."""

from fraudcheck.adapters.dns.routes import DnsMailRoutes

__all__ = ["DnsMailRoutes"]
