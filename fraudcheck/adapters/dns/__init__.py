"""Where mail for a domain goes, asked over the DNS: cached, bounded, from several resolvers."""

from fraudcheck.adapters.dns.routes import DnsMailRoutes

__all__ = ["DnsMailRoutes"]
