#include "desktop/models/import_mapping.h"

#include "desktop/models/structures.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QHash>
#include <QRegularExpression>
#include <QSettings>

#include <algorithm>
#include <array>

namespace kontor::desktop {

namespace {

QString told(const char *text) { return QCoreApplication::translate("ImportMapping", text); }

/// Names that other programs and people give, English and German.
QString synonym(const QString &name) {
    static const QHash<QString, QString> known{{"mail", "email"},
                                               {"emailaddress", "email"},
                                               {"email1value", "email"},
                                               {"emailadresse", "email"},
                                               {"telephone", "phone"},
                                               {"telefon", "phone"},
                                               {"phonenumber", "phone"},
                                               {"tel", "phone"},
                                               {"telefonnummer", "phone"},
                                               {"mobile", "phone"},
                                               {"businessphone", "phone"},
                                               {"vorname", "firstName"},
                                               {"givenname", "firstName"},
                                               {"forename", "firstName"},
                                               {"first", "firstName"},
                                               {"nachname", "lastName"},
                                               {"familienname", "lastName"},
                                               {"surname", "lastName"},
                                               {"familyname", "lastName"},
                                               {"last", "lastName"},
                                               {"company", "name"},
                                               {"companyname", "name"},
                                               {"firma", "name"},
                                               {"accountname", "name"},
                                               {"title", "jobTitle"},
                                               {"position", "jobTitle"},
                                               {"abteilung", "department"},
                                               {"birthday", "birthDate"},
                                               {"geburtstag", "birthDate"},
                                               {"geburtsdatum", "birthDate"},
                                               {"notes", "description"},
                                               {"note", "description"},
                                               {"notizen", "description"},
                                               {"bemerkung", "description"},
                                               {"web", "website"},
                                               {"url", "website"},
                                               {"homepage", "website"},
                                               {"externalid", "externalId"},
                                               {"number", "externalId"},
                                               {"kundennummer", "externalId"},
                                               {"customernumber", "externalId"}};
    return known.value(name);
}

QString byContent(const ImportTable &table, qsizetype column) {
    static const QRegularExpression email(R"(^[^@\s]+@[^@\s]+\.[^@\s]+$)");
    static const QRegularExpression phone(R"(^\+[0-9 ()/.-]{6,}$)");
    qsizetype emails = 0;
    qsizetype phones = 0;
    qsizetype filled = 0;
    for (const QStringList &row : table.sample) {
        QString const cell = row.value(column).trimmed();
        if (cell.isEmpty()) continue;
        ++filled;
        emails += email.match(cell).hasMatch() ? 1 : 0;
        phones += phone.match(cell).hasMatch() ? 1 : 0;
    }
    // One bad row in a few is what an import is made for.
    if (filled == 0) return {};
    if (2 * emails > filled) return "email";
    return 2 * phones > filled ? QString("phone") : QString();
}

QString settingOf(const QString &collection, const ImportTable &table) {
    QStringList header = table.header;
    erase_if(header, isNote);  // a mended file is as the one before
    QByteArray const hash = QCryptographicHash::hash(header.join(QChar(u'\x1f')).toUtf8(), QCryptographicHash::Sha256);
    return "import/" + collection + '/' + QString::fromLatin1(hash.toHex().left(24));
}

QString formatSettingOf(const QString &collection, const ImportTable &table, qsizetype column) {
    return settingOf(collection, table) + "-format/" + QString::number(column);
}

void addStructure(QList<ImportTarget> &targets, const FieldDescription &field) {
    if (field.structure == nullptr || field.name == "externalIds") return;
    bool const isList = field.kind == Kind::structureList;
    for (int item = 0; item < (isList ? 3 : 1); ++item) {
        for (const Field &member : field.structure->fields) {
            if (member.structure != nullptr || member.kind == Kind::binary || member.writable == Writable::never)
                continue;
            QString const name = QString::fromUtf8(member.name.data(), static_cast<qsizetype>(member.name.size()));
            QString const label = QString::fromUtf8(member.label.data(), static_cast<qsizetype>(member.label.size()));
            QString const place = isList ? '.' + QString::number(item) : QString();
            QString const number = isList ? ' ' + QString::number(item + 1) : QString();
            QStringList choices;
            for (std::string_view const choice : member.choices) {
                choices.append(QString::fromUtf8(choice.data(), static_cast<qsizetype>(choice.size())));
            }
            targets.append(
                {field.name + place + '.' + name, field.label + number + " · " + label, false, member.kind, choices});
        }
    }
}

}  // namespace

QList<ImportTarget> importTargets(const EntityDescription &entity) {
    QList<ImportTarget> targets;
    for (const FieldDescription &field : entity.fields) {
        if (field.writable == Writable::never || field.kind == Kind::binary) continue;
        bool const isStructure = field.kind == Kind::structure || field.kind == Kind::structureList;
        if (!isStructure) {
            QStringList const choices = field.choices.isEmpty() ? usualValues(field) : field.choices;
            targets.append({field.name, field.label, field.isRequired, field.kind, choices});
        }
        if (field.name == "emailAddresses") {
            targets.append(
                {"email", told(QT_TRANSLATE_NOOP("ImportMapping", "E-mail (primary)")), false, Kind::text, {}});
        }
        if (field.name == "phoneNumbers") {
            targets.append(
                {"phone", told(QT_TRANSLATE_NOOP("ImportMapping", "Phone (primary)")), false, Kind::text, {}});
        }
    }
    targets.append({"id", told(QT_TRANSLATE_NOOP("ImportMapping", "Id in Kontor")), false, Kind::text, {}});
    targets.append({"externalId", told(QT_TRANSLATE_NOOP("ImportMapping", "External id")), false, Kind::text, {}});
    for (const FieldDescription &field : entity.fields) {
        if (field.writable != Writable::never) addStructure(targets, field);
    }
    QStringList seen;
    erase_if(targets, [&](const ImportTarget &target) {
        if (seen.contains(target.column)) return true;
        seen.append(target.column);
        return false;
    });
    return targets;
}

QStringList guessMapping(const ImportTable &table, const QList<ImportTarget> &targets) {
    QHash<QString, QString> byName;
    QStringList columns;
    for (const ImportTarget &target : targets) {
        columns.append(target.column);
        byName.insert(bareName(target.column), target.column);
        if (!byName.contains(bareName(target.label))) byName.insert(bareName(target.label), target.column);
    }
    QStringList mapping(table.header.size());
    // The surest first, so that a guess takes nothing from one that is sure.
    for (int pass = 0; pass < 3; ++pass) {
        for (qsizetype i = 0; i < mapping.size(); ++i) {
            QString const title = table.header[i].trimmed();
            if (!mapping[i].isEmpty() || title.startsWith(u'_')) continue;
            QString found;
            if (title.startsWith("externalId.")) {
                found = "externalId";
            } else if (pass == 0) {
                found = byName.value(bareName(title));
            } else {
                found = pass == 1 ? synonym(bareName(title)) : byContent(table, i);
            }
            if (columns.contains(found) && !mapping.contains(found)) mapping[i] = found;
        }
    }
    return mapping;
}

QStringList rememberedMapping(const QString &collection, const ImportTable &table, const QList<ImportTarget> &targets) {
    QStringList mapping = QSettings().value(settingOf(collection, table)).toStringList();
    if (mapping.isEmpty() || mapping.size() > table.header.size()) return {};
    for (qsizetype i = 0; i < table.header.size(); ++i) {
        if (isNote(table.header[i])) mapping.insert(std::min(i, mapping.size()), QString());
    }
    if (mapping.size() != table.header.size()) return {};
    for (QString &column : mapping) {
        // A field may have gone since.
        bool const isThere =
            std::ranges::any_of(targets, [&](const ImportTarget &one) { return one.column == column; });
        if (!isThere) column.clear();
    }
    return mapping;
}

void rememberMapping(const QString &collection, const ImportTable &table, const QStringList &mapping) {
    QStringList kept;
    for (qsizetype i = 0; i < mapping.size(); ++i) {
        if (!isNote(table.header.value(i))) kept.append(mapping[i]);
    }
    QSettings().setValue(settingOf(collection, table), kept);
}

ImportFormat guessFormat(const QString &collection, const ImportTable &table, qsizetype column,
                         const ImportTarget &target, const QLocale &locale) {
    bool const hasChoices = !target.choices.isEmpty();
    auto const shown = shownFormat(target.kind, hasChoices, table.evidence.value(column));
    if (shown) return *shown;
    int const kept = QSettings().value(formatSettingOf(collection, table, column), -1).toInt();
    for (ImportFormat const format : importFormats(target.kind, hasChoices)) {
        if (static_cast<int>(format) == kept) return format;
    }
    return usualFormat(target.kind, hasChoices, locale);
}

void rememberFormat(const QString &collection, const ImportTable &table, qsizetype column, ImportFormat format) {
    QSettings().setValue(formatSettingOf(collection, table, column), static_cast<int>(format));
}

}  // namespace kontor::desktop
