"""Adding, changing and handing over customers and contacts; their files."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from crm_core.customers.commands import update_customer
from crm_core.customers.models import Contact, Customer
from tests import crm
from tests.web.crm.conftest import HTMX

pytestmark = pytest.mark.django_db
NEW = {"kind": "organisation", "name": "Lanting Hotels", "lifecycle_stage": "customer", "phone": "0571 8888 0001"}


def edit_url(customer):
    return reverse("customer_edit", args=[customer.pk])


def test_an_organisation_is_added(as_, alice):
    answer = as_(alice).post(reverse("customer_new"), NEW)
    customer = Customer.objects.get()
    assert answer["Location"] == reverse("customer", args=[customer.pk])
    assert (customer.name, customer.owner, customer.org_unit) == ("Lanting Hotels", alice, alice.org_unit)


def test_a_person_is_added_with_a_sealed_number(as_, data_clerk):
    entered = {"kind": "individual", "name": "Tang Mei", "id_no": "330100199001011234", "lifecycle_stage": "prospect"}
    entered |= {"account_status": "pending"}
    as_(data_clerk).post(reverse("customer_new"), entered)
    customer = Customer.objects.get()
    assert customer.kind == "individual"
    assert customer.id_no_hash
    page = as_(data_clerk).get(edit_url(customer)).content.decode()
    assert "330100199001011234" not in page


def test_a_duplicate_is_shown_first_and_created_anyway_on_purpose(as_, alice):
    crm.customer(alice, "Lanting Hotels", phone="0571-88880001")
    client = as_(alice)
    page = client.post(reverse("customer_new"), NEW)
    text = page.content.decode()
    assert page.status_code == 422
    assert "may exist already" in text
    assert "the same phone number" in text
    assert "Create anyway" in text
    assert 'value="Lanting Hotels"' in text
    assert Customer.objects.count() == 1
    assert client.post(reverse("customer_new"), NEW | {"anyway": "1"}).status_code == 302
    assert Customer.objects.count() == 2


def test_a_duplicate_elsewhere_tells_its_number_and_owner_only(as_, alice, charlie):
    other = crm.customer(charlie, "Lanting Hotels", phone="0571 8888 0001")
    text = as_(alice).post(reverse("customer_new"), NEW).content.decode()
    assert other.number in text
    assert charlie.display_name in text
    assert str(other.pk) not in text


def test_what_is_refused_stands_beside_its_field(as_, alice):
    client = as_(alice)
    nameless = client.post(reverse("customer_new"), NEW | {"name": " "})
    assert nameless.status_code == 422
    assert "id_name_error" in nameless.content.decode()
    page = client.post(reverse("customer_new"), NEW | {"credit_code": "abc"})
    text = page.content.decode()
    assert page.status_code == 422
    assert "id_credit_code_error" in text
    assert 'value="0571 8888 0001"' in text
    assert not Customer.objects.exists()


def test_who_may_not_add_is_refused(as_, lawyer):
    assert as_(lawyer).get(reverse("customer_new")).status_code == 403
    assert as_(lawyer).post(reverse("customer_new"), NEW).status_code == 403


def test_fields_a_person_may_not_write_are_not_offered_and_not_taken(as_, alice):
    customer = crm.customer(alice)
    client = as_(alice)
    assert 'name="account_status"' not in client.get(edit_url(customer)).content.decode()
    client.post(edit_url(customer), NEW | {"version": "1", "account_status": "frozen"})
    customer.refresh_from_db()
    assert customer.account_status == "open"
    assert customer.phone == "0571 8888 0001"


def test_an_older_version_is_refused_with_what_changed_and_saved_on_purpose(as_, alice, bob):
    customer = crm.customer(alice, area="East")
    client = as_(alice)
    update_customer(actor=alice, customer_id=customer.pk, values={"area": "West Lake"})
    entered = NEW | {"name": customer.name, "area": "North", "version": "1"}
    page = client.post(edit_url(customer), entered)
    text = page.content.decode()
    assert page.status_code == 422
    assert "Changed meanwhile" in text
    assert "West Lake" in text
    assert 'value="North"' in text
    assert 'name="version" value="2"' in text
    customer.refresh_from_db()
    assert customer.area == "West Lake"
    assert client.post(edit_url(customer), entered | {"version": "2"}).status_code == 302
    customer.refresh_from_db()
    assert customer.area == "North"


def test_strangers_and_readers_do_not_edit(as_, alice, bob, charlie):
    customer = crm.customer(alice)
    assert as_(charlie).get(edit_url(customer)).status_code == 404
    assert as_(bob).get(edit_url(customer)).status_code == 403
    assert as_(bob).post(edit_url(customer), NEW).status_code == 403


def test_handed_over(as_, alice, bob, manager):
    customer = crm.customer(alice)
    url = reverse("customer_transfer", args=[customer.pk])
    client = as_(manager)
    assert "Hand over" in client.get(url, headers=HTMX).content.decode()
    answer = client.post(url, {"owner": str(bob.pk), "note": "New area", "version": customer.version}, headers=HTMX)
    assert answer.status_code == 204
    customer.refresh_from_db()
    assert customer.owner == bob


@pytest.mark.parametrize("owner", ["", "999999", "bob'; --"])
def test_a_hand_over_to_nobody_is_refused_in_the_dialog(as_, alice, manager, owner):
    customer = crm.customer(alice)
    url = reverse("customer_transfer", args=[customer.pk])
    answer = as_(manager).post(url, {"owner": owner}, headers=HTMX)
    assert answer.status_code == 422
    assert "Choose who takes over" in answer.content.decode()


def test_a_contact_is_added_changed_and_refused_when_stale(as_, alice):
    customer = crm.customer(alice)
    client = as_(alice)
    answer = client.post(reverse("contact_new", args=[customer.pk]), {"name": "Tang Mei"}, headers=HTMX)
    assert answer.status_code == 204
    contact = Contact.objects.get()
    url = reverse("contact_edit", args=[contact.pk])
    entered = {"name": "Tang Mei", "post": "Director", "is_active": "on", "version": contact.version}
    assert client.post(url, entered, headers=HTMX).status_code == 204
    stale = client.post(url, entered | {"post": "Chief"}, headers=HTMX)
    assert stale.status_code == 422
    assert "Changed meanwhile" in stale.content.decode()
    contact.refresh_from_db()
    assert contact.post == "Director"


def test_a_file_is_kept_given_out_safely_and_deleted(as_, alice, bob, charlie):
    customer = crm.customer(alice)
    client = as_(alice)
    upload = SimpleUploadedFile("offer 报价.txt", b"plain words")
    answer = client.post(reverse("crm_file_add", args=["customer", customer.pk]), {"file": upload}, headers=HTMX)
    assert "offer 报价.txt" in answer.content.decode()
    from crm_core.attachments.models import Attachment

    kept = Attachment.objects.get()
    url = reverse("crm_file", args=[kept.pk])
    given = as_(bob).get(url)
    assert b"".join(given.streaming_content) == b"plain words"
    assert given["X-Content-Type-Options"] == "nosniff"
    assert given["Content-Disposition"].startswith("attachment")
    assert as_(charlie).get(url).status_code == 404
    remove = reverse("crm_file_remove", args=[kept.pk])
    assert as_(bob).post(remove, headers=HTMX).status_code == 403
    assert client.post(remove, headers=HTMX).status_code == 200
    assert not Attachment.objects.exists()


def test_a_page_pretending_to_be_text_is_not_kept(as_, alice):
    customer = crm.customer(alice)
    upload = SimpleUploadedFile("x.txt", b"<html><script>alert(1)</script>")
    answer = as_(alice).post(reverse("crm_file_add", args=["customer", customer.pk]), {"file": upload}, headers=HTMX)
    assert answer.status_code == 400
    assert "kept" in answer.json()["detail"]
