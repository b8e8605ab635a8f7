"""Importing files: all rows or none, every problem by row and column."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEvent, User
from crm_core.customers import queries
from crm_core.customers.models import Contact, Customer
from crm_core.history import RecordChange
from crm_core.imports.commands import import_prepared, prepare_import
from crm_core.imports.mapping import read_map
from crm_core.imports.problems import ImportRefused
from crm_core.sales.models import Order, Product
from tests.crm import product

pytestmark = pytest.mark.django_db

CUSTOMERS = """
kind = "customers"
[columns]
key = "id"
name = "name"
phone = "phone"
owner = "keeper"
birth_date = "born"
[constants]
kind = "individual"
"""
GOOD = "id,name,phone,keeper,born\n1,李雷,+86 139 0000 1111,alice,1990-01-31\n2,Han Meimei,,bob,\n"


@pytest.fixture
def files(tmp_path):
    """Writes files and reports what an import of them says."""

    class Files:
        def write(self, name: str, content: str | bytes):
            path = tmp_path / name
            path.write_bytes(content.encode() if isinstance(content, str) else content)
            return path

        def run(self, kind: str, content: str | bytes, mapping: str, *options: str) -> None:
            file, how = self.write(f"{kind}.csv", content), self.write("map.toml", mapping)
            call_command("import_csv", kind, file, "--map", how, *options)

        def problems(self, kind: str, content: str | bytes, mapping: str) -> list[tuple[int, str, str]]:
            with pytest.raises(ImportRefused) as refusal:
                prepare_import(kind, self.write(f"{kind}.csv", content), read_map(kind, mapping))
            return [(found.row, found.column, found.message) for found in refusal.value.problems]

    return Files()


def test_it_works(files, alice, bob, capsys):
    files.run("customers", GOOD, CUSTOMERS)
    assert capsys.readouterr().out == "2 customers imported.\n"
    row = Customer.objects.get(import_key="1")
    assert (row.name, row.owner, row.org_unit, str(row.birth_date)) == ("李雷", alice, alice.org_unit, "1990-01-31")
    assert [found.pk for found in queries.find_customers(alice, "lilei")] == [row.pk]
    assert [found.pk for found in queries.find_customers(alice, "13900001111")] == [row.pk]
    assert RecordChange.objects.filter(kind="customer", act="imported").count() == 2
    assert AuditEvent.objects.get(event="import.done").data == {"kind": "customers", "rows": 2, "lines": 0}


def test_a_dry_run_stores_nothing(files, alice, bob, capsys):
    files.run("customers", GOOD, CUSTOMERS, "--dry-run")
    assert capsys.readouterr().out == "2 customers could be imported.\n"
    assert not Customer.objects.exists()


def test_every_problem_is_named_and_nothing_is_stored(files, alice, capsys):
    bad = (
        "id,name,phone,keeper,born\n"
        "1,,0571,alice,31.01.1990\n"
        "1,Han,0571,nobody,\n"
        "3,=HYPERLINK(1),@x,alice,\n"
        f"4,{'x' * 201},+86 571,alice,\n"
    )
    with pytest.raises(SystemExit) as end:
        files.run("customers", bad, CUSTOMERS)
    assert end.value.code == 2
    assert not Customer.objects.exists()
    said = capsys.readouterr().err
    assert "row 4, name: The cell looks like a formula. ('=HYPERLINK(1)')" in said
    rest = bad.replace("=HYPERLINK(1)", "Mei").replace("@x", "")
    assert files.problems("customers", rest, CUSTOMERS) == [
        (2, "name", "This may not be empty."),
        (2, "born", "This is not a date like %Y-%m-%d."),
        (3, "keeper", "There is no person of this id."),
        (5, "name", "This is longer than 200 characters."),
        (3, "id", "Row 2 has the same id."),
    ]


def test_a_second_import_of_the_same_ids_is_refused(files, alice, bob):
    files.run("customers", GOOD, CUSTOMERS)
    messages = {message for _row, _column, message in files.problems("customers", GOOD, CUSTOMERS)}
    assert messages == {"This id was imported before."}


def test_a_race_for_the_same_ids_stores_nothing_twice(files, alice, bob):
    file, how = files.write("customers.csv", GOOD), read_map("customers", CUSTOMERS)
    first, second = prepare_import("customers", file, how), prepare_import("customers", file, how)
    import_prepared(actor=None, prepared=first)
    with pytest.raises(ImportRefused):
        import_prepared(actor=None, prepared=second)
    assert Customer.objects.count() == 2


@pytest.mark.parametrize(
    ("content", "row", "message"),
    [
        ("id,name,phone,keeper,born\n1,李雷,,alice,\n".encode("gb18030"), 2, "The file is not written in utf-8."),
        ("id,name,phone,keeper,born\n", 0, "The file holds no rows."),
        ("", 1, "The map names this column, but the file has none of that name."),
        ("id,name,phone,keeper,born,id\n1,A,,alice,,2\n", 1, "This column is there twice."),
        ("id,name,phone,keeper,born\n1,A,,alice\n", 2, "The row has 4 cells instead of 5."),
        ('id,name,phone,keeper,born\n1,"A,,alice,\n', 2, "This is not CSV: unexpected end of data."),
        ("id,name,phone,keeper,born\n1,A\x00,,alice,\n", 0, "The file is not text."),
    ],
)
def test_broken_files_are_refused(files, alice, content, row, message):
    assert (row, message) in {(row, text) for row, _column, text in files.problems("customers", content, CUSTOMERS)}


def test_the_map_may_name_another_encoding(files, alice, bob):
    files.run("customers", GOOD.encode("gb18030"), 'encoding = "gb18030"\n' + CUSTOMERS)
    assert Customer.objects.filter(name="李雷").exists()


@pytest.mark.parametrize(
    ("mapping", "column"),
    [
        ("kind = 'orders'\n[columns]\nkey = 'id'", "kind"),
        ("surprise = 1\n[columns]\nkey = 'id'", "surprise"),
        ("encoding = 'klingon'\n[columns]\nkey = 'id'", "encoding"),
        ("delimiter = ';;'\n[columns]\nkey = 'id'", "delimiter"),
        ("[constants]\nkind = 'individual'", "columns"),
        ("columns = 3", "columns"),
        ("not toml", "map"),
        ("[columns]\nkey = 'id'\nname = 'name'\nshoe_size = 'phone'", "shoe_size"),
        ("[columns]\nkey = 'id'", "name"),
        ("[columns]\nkey = 'id'\nname = 'name'\n[constants]\nunit = 'ATLANTIS'", "constants.unit"),
    ],
)
def test_wrong_maps_are_refused(files, alice, mapping, column):
    with pytest.raises(ImportRefused) as refusal:
        prepare_import("customers", files.write("a.csv", GOOD), read_map("customers", mapping))
    assert column in [found.column for found in refusal.value.problems]


ORDERS = """
[columns]
key = "no"
customer = "customer"
ordered_on = "day"
[lines.columns]
order = "no"
product = "item"
quantity = "count"
unit_price = "price"
discount = "off"
"""


def test_orders_come_with_their_lines(files, alice, bob):
    files.run("customers", GOOD, CUSTOMERS)
    product(alice, "Tea", import_key="T")
    rows = (
        "no,customer,day,item,count,price,off\n7,1,2026-01-02,T,3,9.80000019,0.0500000007\n7,1,2026-01-02,T,1,0.125,0\n"
    )
    files.run("orders", rows, ORDERS)
    made = Order.objects.get(import_key="7")
    assert (made.customer.import_key, made.owner, made.amount) == ("1", alice, Decimal("28.05"))
    assert [str(line.amount) for line in made.lines.all()] == ["27.93", "0.12"]


def test_lines_must_fit_their_orders(files, alice, bob):
    files.run("customers", GOOD, CUSTOMERS)
    product(alice, "Tea", import_key="T")
    files.write("lines.csv", "order,item,count,price,off\n7,T,0,1,0\n7,X,1,-1,2\n8,T,1,1,0\n")
    mapping = ORDERS.replace(
        '[lines.columns]\norder = "no"', '[lines]\nfile = "lines.csv"\n[lines.columns]\norder = "order"'
    )
    found = files.problems("orders", "no,customer,day\n7,1,2026-01-02\n9,1,2026-01-02\n5,77,2026-01-02\n", mapping)
    assert set(found) == {
        (4, "customer", "There is no customer of this id."),
        (2, "count", "This must be more than 0."),
        (3, "item", "There is no product of this id."),
        (3, "price", "This is negative."),
        (3, "off", "This must lie between 0 and 1."),
        (4, "order", "There is no order of this id in the file."),
        (3, "no", "An order has 1 to 1000 lines; this one has 0."),
    }


def test_contacts_and_products(files, alice, bob):
    files.run("customers", GOOD, CUSTOMERS)
    files.run("contacts", "customer,name\n1,Tang Mei\n", "[columns]\ncustomer = 'customer'\nname = 'name'")
    assert Contact.objects.get().customer.import_key == "1"
    assert [found.import_key for found in queries.find_customers(alice, "tang")] == ["1"]
    files.run(
        "products",
        "id,name,off\nT,Tea,1\n",
        "[columns]\nkey='id'\nname='name'\nis_active='off'\n[constants]\nunit='HZ'\n[values.is_active]\n1='no'",
    )
    assert (Product.objects.get().is_active, Product.objects.get().org_unit.code) == (False, "HZ")


EMPLOYEES = """
[columns]
key = "id"
first_name = "first"
last_name = "last"
manager = "boss"
role = "title"
[constants]
unit = "HZ-SALES"
[values.role]
Rep = "sales"
"""


def test_employees_come_with_their_reporting_lines(files, manager):
    manager.staff_no = "M1"
    manager.save()
    files.run("employees", "id,first,last,boss,title\n1,Anne,Dodsworth,2,Rep\n2,Zoë,O'Neill,M1,Rep\n", EMPLOYEES)
    anne = User.objects.get(staff_no="1")
    assert (anne.username, anne.manager.username, anne.manager.manager) == ("anne.dodsworth", "zoe.oneill", manager)
    assert anne.role_assignments.get().role_id == "sales"
    assert anne.has_usable_password() is False


def test_reporting_lines_must_hold(files, alice, units):
    rows = (
        "id,first,last,boss,title\n1,Anne,Dodsworth,2,Rep\n2,Bo,Li,1,Rep\n"
        "3,Cy,Li,99,Boss\n4,Alice,,,Rep\n5,Anne,Dodsworth,,Rep\n"
    )
    found = set(files.problems("employees", rows, EMPLOYEES))
    assert {
        (2, "boss", "The reporting lines form a circle."),
        (3, "boss", "The reporting lines form a circle."),
        (4, "boss", "There is no employee of this id."),
        (4, "title", "There is no role of this id."),
        (5, "last", "This may not be empty."),
        (6, "username", "This username is taken."),
    } <= found


def test_only_importers_import(files, alice, bob, data_clerk):
    with pytest.raises(CommandError):
        files.run("customers", GOOD, CUSTOMERS, "--as", "alice")
    assert not Customer.objects.exists()
    files.run("customers", GOOD, CUSTOMERS, "--as", data_clerk.username)
    assert set(Customer.objects.values_list("created_by__username", flat=True)) == {"data_clerk"}


def test_missing_files_and_people_are_said_plainly(files, tmp_path, alice, bob):
    with pytest.raises(CommandError, match="There is no file"):
        call_command("import_csv", "customers", tmp_path / "none.csv", "--map", files.write("m.toml", CUSTOMERS))
    with pytest.raises(CommandError, match="There is no person nobody"):
        files.run("customers", GOOD, CUSTOMERS, "--as", "nobody")
