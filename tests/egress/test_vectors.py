"""Which addresses and URLs the way out refuses, without a network."""

import ipaddress

import pytest

from gateway.builtin import BuiltinResponder
from gateway.channel_settings import ChannelPlan, WantedChannel, plan_channel
from gateway.egress import Egress
from gateway.plugin.errors import InvalidPayload, PermanentFailure
from gateway.registry import load_plugins
from gateway.rules.addresses import refusal
from tests.egress.vectors import ANSWERS, OPEN_ADDRESSES, OPEN_URLS, REFUSED_ADDRESSES, REFUSED_URLS

REGISTRY = load_plugins(["custom_http"], extra=(BuiltinResponder,))
EVERYTHING = (ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0"))


@pytest.mark.parametrize("address", REFUSED_ADDRESSES)
def test_an_internal_address_is_refused_with_a_reason(address: str) -> None:
    assert refusal(address)


@pytest.mark.parametrize("address", OPEN_ADDRESSES)
def test_a_public_address_is_open(address: str) -> None:
    assert refusal(address) is None


@pytest.mark.parametrize("url", REFUSED_URLS)
def test_a_bad_url_is_refused_when_it_is_set(url: str) -> None:
    with pytest.raises(PermanentFailure) as refused:
        Egress().vet_url(url)
    assert len(refused.value.message.split()) > 4


@pytest.mark.parametrize("url", OPEN_URLS)
def test_a_good_url_is_accepted(url: str) -> None:
    Egress().vet_url(url)
    assert plan(url).outbound_config == {"outboundWebhookUrl": url}


@pytest.mark.parametrize("url", [url for url in REFUSED_URLS if url])
def test_a_webhook_cannot_be_given_a_bad_url(url: str) -> None:
    with pytest.raises(InvalidPayload) as refused:
        plan(url)
    assert [f.pointer for f in refused.value.fields] == ["/providerConfig/outboundWebhookUrl"]


def plan(url: str) -> ChannelPlan:
    wanted = WantedChannel(channel_type="custom_webhook", provider=None, responder="builtin")
    vet = Egress().vet_url
    return plan_channel(REGISTRY, wanted, vet, config={"outboundWebhookUrl": url}, outbound={})


def test_there_are_vectors_of_every_kind() -> None:
    assert len(REFUSED_ADDRESSES) + len(REFUSED_URLS) + len(ANSWERS) > 180
    assert len(set(REFUSED_URLS)) == len(REFUSED_URLS)


def test_an_operator_opens_a_range_and_nothing_beside_it() -> None:
    allow = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("fd00::/8"))

    for address in ("127.0.0.1", "::ffff:127.0.0.1", "64:ff9b::127.0.0.1", "fd00:ec2::254"):
        assert refusal(address, allow) is None
    for address in ("10.0.0.1", "::1", "169.254.169.254", "fc00::1"):
        assert refusal(address, allow)
    Egress(allow).vet_url("http://localhost:8080/")
    Egress(allow).vet_url("http://127.0.0.1:8080/")


def test_an_open_range_does_not_turn_names_into_addresses() -> None:
    for url in ("http://127.1/", "http://2130706433/", "http://localhost:22/"):
        with pytest.raises(PermanentFailure):
            Egress(EVERYTHING).vet_url(url)


def test_a_refusal_says_how_an_operator_opens_the_address() -> None:
    with pytest.raises(PermanentFailure) as refused:
        Egress().vet_url("http://[::ffff:10.1.2.3]:8080/secret-path")

    assert refused.value.message == (
        "[::ffff:10.1.2.3]:8080 is refused: 10.1.2.3 is not on the public internet "
        "(private network): to allow it, an operator adds its range to [egress] allow"
    )
