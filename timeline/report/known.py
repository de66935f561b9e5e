"""Whom and what case.yaml knows: names for identities and for addresses."""

import ipaddress

from timeline.model.case_file import CaseConfig, Network, Person

_ROLES = {
    "own": "own network",
    "vpn": "VPN",
    "ci": "CI",
    "cloud": "cloud",
    "scanner": "scanner",
    "other": "known network",
}


class Known:
    """Looks up identities and addresses in a case's people and networks."""

    def __init__(self, config: CaseConfig) -> None:
        self._people: dict[str, Person] = {}
        for person in config.people:
            for identity in (person.name, *person.identities):
                self._people.setdefault(identity.casefold(), person)
        self._networks = [
            (ipaddress.ip_network(cidr), network) for network in config.networks for cidr in network.cidr
        ]

    def person(self, actor: str | None) -> Person | None:
        """Whom an actor is declared to be; None when nobody is."""
        return self._people.get(actor.casefold()) if actor else None

    def network(self, address: str | None) -> Network | None:
        """The smallest declared network that holds the address; None when there is none or it is no address."""
        if not self._networks:
            return None
        try:
            place = ipaddress.ip_address(address or "")
        except ValueError:
            return None
        found = [(net, network) for net, network in self._networks if place.version == net.version and place in net]
        return max(found, key=lambda item: item[0].prefixlen)[1] if found else None


def role_in_words(network: Network) -> str:
    """`own network`, `VPN`, `scanner` ..."""
    return _ROLES[network.role]
