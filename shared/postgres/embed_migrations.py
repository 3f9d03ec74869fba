#!/usr/bin/env python3
"""Puts a service's migrations into a C++ source.

    embed_migrations.py OUTPUT NAMESPACE FOLDER...

The folders' *.sql are taken in the order of the folders, then of their names; a migration's name is
folder-parent/file, such as contact/0001_contact.sql.
"""
import os
import sys


def main():
    output, namespace, folders = sys.argv[1], sys.argv[2], sys.argv[3:]
    out = ["// Made by shared/postgres/embed_migrations.py. Do not edit.", '#include "shared/postgres/migrate.h"', "",
           "#include <array>", "#include <span>", "", f"namespace kontor::{namespace} {{", "",
           "std::span<const postgres::Migration> migrations();",
           "std::span<const postgres::Migration> migrations() {"]
    rows = []
    for folder in folders:
        for name in sorted(f for f in os.listdir(folder) if f.endswith(".sql")):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                sql = file.read()
            pieces = "\n".join('R"~~(' + sql[i:i + 8000] + ')~~"' for i in range(0, len(sql), 8000))
            label = os.path.basename(os.path.dirname(os.path.normpath(folder))) + "/" + name
            rows.append(f'{{"{label}", {pieces}}}')
    out.append("    static constexpr auto all = std::to_array<postgres::Migration>({")
    out.append(",\n".join(rows) + "});")
    out += ["    return all;", "}", "", f"}}  // namespace kontor::{namespace}", ""]
    with open(output, "w", encoding="utf-8") as file:
        file.write("\n".join(out))


if __name__ == "__main__":
    main()
