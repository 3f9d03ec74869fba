// Dates, numbers, yes and no and choices as people write them, as the server takes them. No server is needed.

#include "desktop/models/import_values.h"

#include <QTest>

using namespace kontor::desktop;
using kontor::Kind;

Q_DECLARE_METATYPE(ImportFormat)
Q_DECLARE_METATYPE(Kind)

namespace {

ImportReading reading(Kind kind, ImportFormat format) {
    ImportReading reading;
    reading.kind = kind;
    reading.format = format;
    reading.zone = QTimeZone("Europe/Berlin");
    return reading;
}

ImportEvidence seen(const QStringList &cells) {
    ImportEvidence evidence;
    for (const QString &cell : cells) evidence.look(cell);
    return evidence;
}

}  // namespace

class ImportValuesTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void valuesBecomeTheWireForm_data() {
        using enum ImportFormat;
        QTest::addColumn<Kind>("kind");
        QTest::addColumn<ImportFormat>("format");
        QTest::addColumn<QString>("cell");
        QTest::addColumn<QString>("wire");
        auto const row = [](Kind kind, ImportFormat format, const char *cell, const char *wire) {
            QTest::addRow("%d %s", static_cast<int>(format), cell)
                << kind << format << QString::fromUtf8(cell) << QString::fromUtf8(wire);
        };
        row(Kind::date, dayMonthYear, "12.03.1980", "1980-03-12");
        row(Kind::date, dayMonthYear, "1.3.80", "1980-03-01");
        row(Kind::date, dayMonthYear, "12/03/1980", "1980-03-12");
        row(Kind::date, dayMonthYear, "12-03-1980", "1980-03-12");
        row(Kind::date, dayMonthYear, "12. März 1980", "1980-03-12");
        row(Kind::date, dayMonthYear, "12 Mar 1980", "1980-03-12");
        row(Kind::date, dayMonthYear, "12.03.1980 00:00:00", "1980-03-12");
        row(Kind::date, dayMonthYear, "1980-03-12", "1980-03-12");
        row(Kind::date, monthDayYear, "3/12/1980", "1980-03-12");
        row(Kind::date, monthDayYear, "March 12, 1980", "1980-03-12");
        row(Kind::date, monthDayYear, "3/12/1980 5:30 PM", "1980-03-12");
        row(Kind::date, yearMonthDay, "1980/3/12", "1980-03-12");
        row(Kind::date, yearMonthDay, "1980-03-12T08:00:00.000Z", "1980-03-12");
        row(Kind::date, dayMonthYear, "29.02.2024", "2024-02-29");
        // What does not fit stays, and is refused by the server.
        row(Kind::date, dayMonthYear, "29.02.2023", "29.02.2023");
        row(Kind::date, dayMonthYear, "3/13/1980", "3/13/1980");
        row(Kind::date, monthDayYear, "13/3/1980", "13/3/1980");
        row(Kind::date, yearMonthDay, "12/03/1980", "12/03/1980");
        row(Kind::date, dayMonthYear, "31.12.19800", "31.12.19800");
        row(Kind::date, dayMonthYear, "12.03.1980 noon", "12.03.1980 noon");
        row(Kind::date, dayMonthYear, "12.03.1980 25:00", "12.03.1980 25:00");
        row(Kind::date, dayMonthYear, "12.03.180", "12.03.180");
        row(Kind::date, dayMonthYear, "soon", "soon");
        row(Kind::date, dayMonthYear, "", "");
        row(Kind::date, asIs, "12.03.1980", "12.03.1980");
        row(Kind::dateTime, dayMonthYear, "12.07.2025 14:30", "2025-07-12T12:30:00Z");
        row(Kind::dateTime, dayMonthYear, "12.07.2025, 14:30 Uhr", "2025-07-12T12:30:00Z");
        row(Kind::dateTime, dayMonthYear, "12.01.2025", "2025-01-11T23:00:00Z");
        row(Kind::dateTime, monthDayYear, "7/12/2025 12:05 AM", "2025-07-11T22:05:00Z");
        row(Kind::dateTime, yearMonthDay, "2025-07-12 14:30:15", "2025-07-12T12:30:15Z");
        row(Kind::dateTime, yearMonthDay, "2025-07-12T14:30:15.250+05:30", "2025-07-12T09:00:15Z");
        row(Kind::dateTime, yearMonthDay, "2025-07-12T14:30:15Z", "2025-07-12T14:30:15Z");
        row(Kind::dateTime, monthDayYear, "7/12/2025 13:05 PM", "7/12/2025 13:05 PM");
        row(Kind::decimal, decimalComma, "1.234,56", "1234.56");
        row(Kind::decimal, decimalComma, "1.234.567", "1234567");
        row(Kind::decimal, decimalComma, "1 234 567,5", "1234567.5");
        row(Kind::decimal, decimalComma, "€ 12,50", "12.50");
        row(Kind::decimal, decimalComma, "12,50 EUR", "12.50");
        row(Kind::decimal, decimalComma, "-12,50 €", "-12.50");
        row(Kind::decimal, decimalComma, "12,-", "12");
        row(Kind::decimal, decimalComma, "12,50-", "-12.50");
        row(Kind::decimal, decimalComma, "12,5 %", "12.5");
        row(Kind::decimal, decimalPoint, "1,234.56", "1234.56");
        row(Kind::decimal, decimalPoint, "1'234.56", "1234.56");
        row(Kind::decimal, decimalPoint, "CHF 1’234.-", "1234");
        row(Kind::decimal, decimalPoint, "Fr. 12.50", "12.50");
        row(Kind::decimal, decimalPoint, "$1,234.56", "1234.56");
        row(Kind::decimal, decimalPoint, "($12.50)", "-12.50");
        row(Kind::decimal, decimalPoint, "12,34,567.00", "1234567.00");
        row(Kind::decimal, decimalPoint, ".5", "0.5");
        row(Kind::decimal, decimalPoint, "+5", "5");
        row(Kind::integer, decimalComma, "1.234", "1234");
        row(Kind::integer, decimalPoint, "50.00", "50");
        row(Kind::integer, decimalPoint, "50.5", "50.5");
        row(Kind::decimal, decimalPoint, "1.234,56", "1.234,56");
        row(Kind::decimal, decimalComma, "1,234.56", "1,234.56");
        row(Kind::decimal, decimalComma, "1.23", "1.23");
        row(Kind::decimal, decimalPoint, "1,23", "1,23");
        row(Kind::decimal, decimalPoint, "1,234'567", "1,234'567");
        row(Kind::decimal, decimalPoint, "3 Mio", "3 Mio");
        row(Kind::decimal, decimalPoint, "5k", "5k");
        row(Kind::decimal, decimalPoint, "1e5", "1e5");
        row(Kind::decimal, decimalPoint, "EUR", "EUR");
        row(Kind::decimal, decimalPoint, "-", "-");
        row(Kind::decimal, decimalPoint, "1.2.3", "1.2.3");
        row(Kind::boolean, yesNo, "Ja", "true");
        row(Kind::boolean, yesNo, "NEIN", "false");
        row(Kind::boolean, yesNo, "yes", "true");
        row(Kind::boolean, yesNo, "no", "false");
        row(Kind::boolean, yesNo, "1", "true");
        row(Kind::boolean, yesNo, "0", "false");
        row(Kind::boolean, yesNo, "WAHR", "true");
        row(Kind::boolean, yesNo, "falsch", "false");
        row(Kind::boolean, yesNo, "x", "true");
        row(Kind::boolean, yesNo, "", "");
        row(Kind::boolean, yesNo, "perhaps", "perhaps");
        row(Kind::boolean, mark, "x", "true");
        row(Kind::boolean, mark, "✓", "true");
        row(Kind::boolean, mark, "", "false");
        row(Kind::boolean, mark, "perhaps", "perhaps");
    }
    void valuesBecomeTheWireForm() {
        QFETCH(Kind, kind);
        QFETCH(ImportFormat, format);
        QFETCH(QString, cell);
        QTEST(wireText(reading(kind, format), cell), "wire");
    }

    void labelsBecomeValuesInAnyLanguage() {
        ImportReading labels = reading(Kind::text, ImportFormat::labels);
        labels.words = wordsOf({"bestCase", "closed", "new", "C++", "C#"});
        QCOMPARE(wireText(labels, "Best case"), QString("bestCase"));
        QCOMPARE(wireText(labels, "BESTCASE"), QString("bestCase"));
        QCOMPARE(wireText(labels, " best  case "), QString("bestCase"));
        QCOMPARE(wireText(labels, "Neu"), QString("new"));  // the client speaks English here
        QCOMPARE(wireText(labels, "c#"), QString("C#"));
        QCOMPARE(wireText(labels, "Worst case"), QString("Worst case"));
        QCOMPARE(wireText(labels, ""), QString());
    }

    void theCellsDecideWhereTheyCan_data() {
        QTest::addColumn<Kind>("kind");
        QTest::addColumn<QStringList>("cells");
        QTest::addColumn<QLocale>("locale");
        QTest::addColumn<ImportFormat>("format");
        using enum ImportFormat;
        QLocale const german(QLocale::German, QLocale::Germany);
        QLocale const american(QLocale::English, QLocale::UnitedStates);
        QLocale const british(QLocale::English, QLocale::UnitedKingdom);
        auto const row = [](const char *name) -> QTestData & { return QTest::newRow(name); };
        row("a day above 12 in front") << Kind::date << QStringList{"3/4/1980", "13/4/1980"} << american
                                       << dayMonthYear;
        row("a day above 12 behind") << Kind::date << QStringList{"3/4/1980", "4/13/1980"} << german << monthDayYear;
        row("either, in Germany") << Kind::date << QStringList{"3/4/1980", ""} << german << dayMonthYear;
        row("either, in America") << Kind::date << QStringList{"3/4/1980"} << american << monthDayYear;
        row("either, in Britain") << Kind::date << QStringList{"3/4/1980"} << british << dayMonthYear;
        row("points") << Kind::date << QStringList{"3.4.1980"} << american << dayMonthYear;
        row("the year in front") << Kind::date << QStringList{"1980-04-03"} << american << yearMonthDay;
        row("the year in front of most") << Kind::date << QStringList{"1980-04-03", "13/4/1980"} << american
                                         << dayMonthYear;
        row("with times") << Kind::dateTime << QStringList{"13/04/1980 14:30"} << american << dayMonthYear;
        row("no dates") << Kind::date << QStringList{"never"} << american << monthDayYear;
        row("comma") << Kind::decimal << QStringList{"1.000", "12,5"} << american << decimalComma;
        row("point") << Kind::decimal << QStringList{"1,000", "12.5"} << german << decimalPoint;
        row("both") << Kind::decimal << QStringList{"1,234.56"} << german << decimalPoint;
        row("groups") << Kind::decimal << QStringList{"1.234.567"} << american << decimalComma;
        row("a nought in front") << Kind::decimal << QStringList{"0,125"} << american << decimalComma;
        row("could be groups, in Germany") << Kind::decimal << QStringList{"1.234"} << german << decimalComma;
        row("could be groups, in America")
            << Kind::decimal << QStringList{"1,234", "€ 500"} << american << decimalPoint;
        row("with a currency") << Kind::decimal << QStringList{"€ 12,50"} << american << decimalComma;
        row("yes") << Kind::boolean << QStringList{"ja", "nein"} << american << yesNo;
        row("x") << Kind::boolean << QStringList{"x", "", "X"} << american << mark;
        row("x and no") << Kind::boolean << QStringList{"x", "no"} << american << yesNo;
        row("text") << Kind::text << QStringList{"1,5"} << german << asIs;
    }
    void theCellsDecideWhereTheyCan() {
        QFETCH(Kind, kind);
        QFETCH(QStringList, cells);
        QFETCH(QLocale, locale);
        ImportFormat const found = shownFormat(kind, false, seen(cells)).value_or(usualFormat(kind, false, locale));
        QTEST(found, "format");
    }
};

QTEST_MAIN(ImportValuesTest)
#include "import_values_test.moc"
