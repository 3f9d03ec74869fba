#!/usr/bin/env python3
"""The generator of the contract: what a change of wsdl/ does, and what it refuses.

    contract_generator_test.py [unittest options]
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
GENERATOR = os.path.join(ROOT, "shared", "contract", "generate.py")
FAX = '<xs:element name="faxNumber" type="c:PhoneNumberText" minOccurs="0" k:since="1" k:doc="Where faxes go."/>'
BEFORE = '<xs:element name="tickerSymbol"'


class GeneratorTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.wsdl = os.path.join(self.folder.name, "wsdl")
        self.output = os.path.join(self.folder.name, "generated")
        shutil.copytree(os.path.join(ROOT, "wsdl"), self.wsdl, ignore=shutil.ignore_patterns("released"))

    def tearDown(self):
        self.folder.cleanup()

    def change(self, name, old, new):
        path = os.path.join(self.wsdl, name)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        self.assertIn(old, text)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace(old, new, 1))

    def generate(self):
        return subprocess.run([sys.executable, "-B", GENERATOR, self.wsdl, self.output], capture_output=True, text=True,
                              check=False)

    def generated(self, name):
        with open(os.path.join(self.output, name), encoding="utf-8") as file:
            return file.read()

    def assert_refused(self, *words):
        done = self.generate()
        self.assertNotEqual(done.returncode, 0)
        self.assertNotIn("Traceback", done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def assert_generates(self):
        done = self.generate()
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_same_contract_gives_the_same_bytes_and_touches_nothing(self):
        self.assert_generates()
        files = [os.path.join(at, name) for at, _, names in os.walk(self.output) for name in names]
        before = [(os.stat(path).st_mtime_ns, self.generated(path)) for path in files]
        shutil.rmtree(os.path.join(self.output, "wsdl"))
        self.assert_generates()
        for path, (time, text) in zip(files, before):
            self.assertEqual(self.generated(path), text, path)
            if "wsdl" not in os.path.relpath(path, self.output).split(os.sep):
                self.assertEqual(os.stat(path).st_mtime_ns, time, path)

    def test_one_changed_service_leaves_the_others_alone(self):
        self.assert_generates()
        others = [os.path.join(self.output, "contract", name) for name in ("common.h", "identity.h", "identity.cpp")]
        before = [os.stat(path).st_mtime_ns for path in others]
        self.change("contact.xsd", BEFORE, FAX.replace(' k:since="1"', "") + BEFORE)
        self.assert_generates()
        self.assertEqual([os.stat(path).st_mtime_ns for path in others], before)
        self.assertIn("faxNumber", self.generated("contract/contact.h"))

    def test_a_field_is_one_line(self):
        self.change("contact.xsd", BEFORE, FAX + "\n      " + BEFORE)
        self.assert_generates()
        self.assertIn("std::optional<std::string> faxNumber;  ///< Where faxes go.", self.generated("contract/contact.h"))
        row = re.search(r'Field\{\.name = "faxNumber".*', self.generated("contract/contact.cpp")).group(0)
        for part in ('.column = "fax_number"', ".filterable = true", ".sortable = true", ".maxLength = 40",
                     '.label = "Fax number"', '.documentation = "Where faxes go."', ".level = 1"):
            self.assertIn(part, row)

    def test_a_field_is_served_from_its_level_on(self):
        self.change("contact.xsd", BEFORE, FAX + "\n      " + BEFORE)
        self.assert_generates()
        self.assertNotIn("faxNumber", self.generated("wsdl/0/contact.xsd"))
        self.assertIn('<xs:element name="faxNumber" type="c:PhoneNumberText" minOccurs="0"><xs:annotation>'
                      "<xs:documentation>Where faxes go.</xs:documentation></xs:annotation></xs:element>",
                      self.generated("wsdl/1/contact.xsd"))
        self.assertIn("/soap/v1.0/contact", self.generated("wsdl/0/contact.wsdl"))
        self.assertIn("/soap/v1.1/contact", self.generated("wsdl/1/contact.wsdl"))

    def test_the_level_before_is_as_if_nothing_had_been_added(self):
        self.assert_generates()
        before = {name: self.generated("wsdl/0/" + name) for name in os.listdir(os.path.join(self.output, "wsdl", "0"))}
        self.change("contact.xsd", BEFORE, FAX + "\n      " + BEFORE)
        self.change("contact.xsd", '  <xs:complexType name="ListTags"', """  <xs:complexType name="TagCount" k:since="1" k:doc="How many tags.">
    <xs:sequence>
      <xs:element name="count" type="xs:long" minOccurs="0"/>
    </xs:sequence>
  </xs:complexType>
  <xs:complexType name="CountTags" k:operation="countTags" k:result="tns:TagCount" k:since="1" k:doc="How many tags there are.">
    <xs:sequence>
    </xs:sequence>
  </xs:complexType>
  <xs:complexType name="ListTags\"""")
        self.assert_generates()
        for name, text in before.items():
            served = self.generated("wsdl/0/" + name)
            self.assertEqual(re.sub(r"\s+", " ", served), re.sub(r"\s+", " ", text), name)
        self.assertIn("countTagsResponse", self.generated("wsdl/1/contact.xsd"))
        self.assertEqual(self.generated("wsdl/1/contact.soap12.wsdl").count('<wsdl:operation name="countTags">'), 2)
        self.assertIn('.name = "countTags"', self.generated("contract/contact.cpp"))

    def test_what_is_generated_compiles_whatever_the_documentation_says(self):
        self.change("contact.xsd", BEFORE, FAX.replace("Where faxes go.",
                                                       "A &quot;quoted&quot; \\word, &lt;b&gt; &amp;copy ?\?/ ü */")
                    + BEFORE)
        self.assert_generates()
        main = os.path.join(self.folder.name, "main.cpp")
        with open(main, "w", encoding="utf-8") as file:
            file.write('#include "contract/contact.cpp"\nint main() {}\n')
        done = subprocess.run([os.environ.get("CXX", "g++"), "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror",
                               "-Wno-missing-field-initializers", "-I" + ROOT, "-I" + self.output, main],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr[:2000])
        for name in ("contact.xsd", "common.xsd"):
            served = os.path.join(self.output, "wsdl", "1", name)
            self.assertEqual(subprocess.run(["xmllint", "--noout", served], check=False).returncode, 0)

    def test_labels_are_for_people(self):
        sys.path.insert(0, os.path.dirname(GENERATOR))
        sys.dont_write_bytecode = True
        from generate import label_of
        for name, label in (("annualRevenue", "Annual revenue"), ("accountId", "Account"), ("teamIds", "Teams"), ("id", "ID"),
                            ("joinUrl", "Join URL"), ("vatNumber", "VAT number"), ("name", "Name"), ("isPrimary", "Is primary")):
            self.assertEqual(label_of(name), label)

    def test_a_misspelt_attribute_is_named(self):
        self.change("contact.xsd", BEFORE, FAX.replace("k:since", "k:sinse") + BEFORE)
        self.assert_refused("Account.faxNumber", "k:sinse")

    def test_a_flag_is_true_or_absent(self):
        self.change("contact.xsd", BEFORE, FAX.replace("k:since", 'k:searchable="yes" k:since') + BEFORE)
        self.assert_refused("Account.faxNumber", "k:searchable")

    def test_an_unknown_type_is_named(self):
        self.change("contact.xsd", BEFORE, FAX.replace("c:PhoneNumberText", "c:FaxNumber") + BEFORE)
        self.assert_refused("c:FaxNumber")

    def test_a_name_that_a_record_has_already_is_refused(self):
        self.change("contact.xsd", BEFORE, FAX.replace("faxNumber", "ownerId") + BEFORE)
        self.assert_refused("Account.ownerId")

    def test_a_reference_to_nowhere_is_refused(self):
        self.change("contact.xsd", BEFORE, FAX.replace("c:PhoneNumberText", "c:Uuid").replace("k:since",
                                                                                         'k:references="Acount" k:since') + BEFORE)
        self.assert_refused("Account.faxNumber", "Acount")

    def test_a_display_field_must_exist(self):
        self.change("contact.xsd", 'k:display="name" k:mergeable', 'k:display="title" k:mergeable')
        self.assert_refused("Account", "title")

    def test_what_is_mergeable_says_what_it_was_merged_into(self):
        self.change("contact.xsd", 'k:display="fileName"', 'k:display="fileName" k:mergeable="true"')
        self.assert_refused("Attachment", "mergedIntoId")

    def test_an_operation_says_itself_once(self):
        self.change("contact.xsd", 'k:doc="The tags in use', 'k:headers="session idempotency" k:doc="All tags in use')
        self.assert_generates()
        wsdl = self.generated("wsdl/0/contact.wsdl")
        self.assertIn("<wsdl:documentation>All tags in use on an entity, most used first.</wsdl:documentation>", wsdl)
        binding = wsdl[wsdl.rindex('<wsdl:operation name="listTags">'):]
        self.assertIn('part="idempotency"', binding)
        self.assertNotIn('part="allOrNone"', binding)
        self.assertIn('<xs:element name="listTagsResponse" type="tns:ListTagsResponse"/>', self.generated("wsdl/0/contact.xsd"))

    def test_a_new_entity_is_one_of_the_records(self):
        self.change("contact.xsd", '  <xs:complexType name="SavedView"', """  <xs:complexType name="Fax" k:entity="fax" k:collection="faxes" k:table="fax" k:label="Fax" k:labelPlural="Faxes" k:display="number">
    <xs:complexContent><xs:extension base="c:Record"><xs:sequence>
      <xs:element name="number" type="c:PhoneNumberText" minOccurs="0"/>
    </xs:sequence></xs:extension></xs:complexContent>
  </xs:complexType>
  <xs:complexType name="SavedView\"""")
        self.assert_generates()
        self.assertIn('<xs:element name="fax" type="tns:Fax" minOccurs="0" maxOccurs="2000"/>', self.generated("wsdl/0/contact.xsd"))

    def test_an_operation_without_a_result_has_an_empty_answer(self):
        self.change("contact.xsd", 'k:operation="listTags" k:result="tns:Tags"', 'k:operation="listTags"')
        self.assert_generates()
        self.assertRegex(self.generated("wsdl/0/contact.xsd"), r'"ListTagsResponse">\s*<xs:sequence></xs:sequence>')

    def test_a_result_that_does_not_exist_is_named(self):
        self.change("contact.xsd", 'k:result="tns:Tags"', 'k:result="tns:Marks"')
        self.assert_refused("tns:Marks")

    def test_header_blocks_are_known_ones(self):
        self.change("contact.xsd", 'k:operation="listTags"', 'k:operation="listTags" k:headers="sesion"')
        self.assert_refused("ListTags", "sesion")

    def test_a_file_that_is_no_xml_is_named(self):
        self.change("contact.xsd", "</xs:schema>", "")
        self.assert_refused("contact.xsd")


if __name__ == "__main__":
    unittest.main()
