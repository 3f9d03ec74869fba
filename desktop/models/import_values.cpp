#include "desktop/models/import_values.h"

#include "desktop/models/display.h"

#include <QCoreApplication>
#include <QDir>
#include <QSet>
#include <QTranslator>

#include <algorithm>
#include <array>

namespace kontor::desktop {

namespace {

constexpr qsizetype longestValue = 60;
constexpr int yearsAhead = 20;  // a year of two digits is of this century unless it is further ahead

QString told(const char *text) { return QCoreApplication::translate("ImportValues", text); }

bool isDigit(QChar one) { return one >= u'0' && one <= u'9'; }

qsizetype digitsAt(QStringView text, qsizetype at) {
    qsizetype count = 0;
    while (at + count < text.size() && isDigit(text[at + count])) ++count;
    return count;
}

// ---- dates

/// Three parts of a date as they stand: numbers, or -month for the name of one; and what follows them.
struct DateParts {
    std::array<int, 3> value{};
    std::array<qsizetype, 3> digits{};
    QChar separator;
    QStringView rest;
};

/// The month of a name, whole or short, in English, German or the user's language; 0 for none.
int monthOf(QStringView name) {
    static const QHash<QString, int> months = [] {
        QHash<QString, int> known;
        for (const QLocale &locale : {QLocale(QLocale::English), QLocale(QLocale::German), QLocale::system()}) {
            for (int month = 1; month <= 12; ++month) {
                for (auto const format : {QLocale::LongFormat, QLocale::ShortFormat}) {
                    for (QString text : {locale.monthName(month, format), locale.standaloneMonthName(month, format)}) {
                        text = text.toLower().remove(u'.');
                        if (!text.isEmpty() && !isDigit(text[0])) known.insert(text, known.value(text, month));
                    }
                }
            }
        }
        known.insert("sept", 9);
        known.insert("mrz", 3);
        return known;
    }();
    return months.value(name.toString().toLower());
}

std::optional<DateParts> datePartsOf(QStringView text) {
    DateParts parts;
    qsizetype at = 0;
    for (std::size_t i = 0; i < parts.value.size(); ++i) {
        qsizetype const count = digitsAt(text, at);
        qsizetype end = at + count;
        if (count > 0) {
            if (count > 4) return std::nullopt;
            parts.value.at(i) = text.mid(at, count).toInt();
        } else {
            while (end < text.size() && text[end].isLetter()) ++end;
            int const month = end - at < 3 ? 0 : monthOf(text.mid(at, end - at));
            if (month == 0) return std::nullopt;
            parts.value.at(i) = -month;
        }
        parts.digits.at(i) = count;
        at = end;
        if (i == 2) break;
        qsizetype const from = at;
        while (at < text.size() && QStringView(u"./-, ").contains(text[at])) ++at;
        if (at == from || at - from > 2) return std::nullopt;
        if (i == 0) parts.separator = text[from];
    }
    parts.rest = text.mid(at);
    return parts;
}

int wholeYear(int year, qsizetype digits) {
    if (digits == 4) return year;
    if (digits != 2) return 0;
    int const ahead = 2000 + year;
    return ahead > QDate::currentDate().year() + yearsAhead ? ahead - 100 : ahead;
}

QDate dateOf(const DateParts &parts, ImportFormat format) {
    auto const [a, b, c] = parts.value;
    auto const whole = [&](std::size_t i) { return wholeYear(parts.value.at(i), parts.digits.at(i)); };
    if (a < 0) return {whole(2), -a, b};                   // March 12, 1980
    if (b < 0 && parts.digits[0] == 4) return {a, -b, c};  // 1980-Mar-12
    if (b < 0) return {whole(2), -b, a};                   // 12. March 1980
    if (c < 0) return {};
    if (parts.digits[0] == 4) return {a, b, c};
    if (parts.digits[0] > 2 || parts.digits[1] > 2) return {};
    if (format == ImportFormat::dayMonthYear) return {whole(2), b, a};
    if (format == ImportFormat::monthDayYear) return {whole(2), a, b};
    return {};
}

/// 9:05, 21:05:30.5, 9:05 PM, 21:05 Uhr; a zone behind it. Nothing when it is something else; midnight when empty.
struct ClockTime {
    QTime time{0, 0};
    std::optional<int> offset;  ///< seconds to UTC, where the cell says it
};

std::optional<int> offsetOf(QStringView zone) {
    if (zone.compare(u"Z", Qt::CaseInsensitive) == 0 || zone == u"UTC" || zone == u"GMT") return 0;
    if (zone.size() < 5 || (zone[0] != u'+' && zone[0] != u'-') || digitsAt(zone, 1) < 2) return std::nullopt;
    QStringView const minutes = zone.mid(zone[3] == u':' ? 4 : 3);
    if (minutes.size() != 2 || digitsAt(minutes, 0) != 2) return std::nullopt;
    int const seconds = (zone.mid(1, 2).toInt() * 60 + minutes.toInt()) * 60;
    return zone[0] == u'-' ? -seconds : seconds;
}

std::optional<ClockTime> clockTimeOf(QStringView text) {
    ClockTime found;
    if (text.startsWith(u',')) text = text.mid(1);
    if (text.startsWith(u'T') || text.startsWith(u't')) text = text.mid(1);
    text = text.trimmed();
    if (text.isEmpty()) return found;
    std::array<int, 3> numbers{};
    qsizetype at = 0;
    std::size_t count = 0;
    while (count < numbers.size()) {
        qsizetype const digits = digitsAt(text, at);
        if (digits < 1 || digits > 2) return std::nullopt;
        numbers.at(count++) = text.mid(at, digits).toInt();
        at += digits;
        if (at >= text.size() || text[at] != u':') break;
        ++at;
    }
    if (count < 2) return std::nullopt;
    if (count == 3 && at < text.size() && text[at] == u'.') at += 1 + digitsAt(text, at + 1);
    QStringView rest = text.mid(at).trimmed();
    bool const isAfternoon = rest.startsWith(u"PM", Qt::CaseInsensitive) || rest.startsWith(u"p.m.");
    bool const isMorning = rest.startsWith(u"AM", Qt::CaseInsensitive) || rest.startsWith(u"a.m.");
    if (isAfternoon || isMorning) {
        if (numbers[0] < 1 || numbers[0] > 12) return std::nullopt;
        numbers[0] = numbers[0] % 12 + (isAfternoon ? 12 : 0);
        rest = rest.mid(rest.indexOf(u'.') == 1 ? 4 : 2).trimmed();
    }
    if (rest.startsWith(u"Uhr")) rest = rest.mid(3).trimmed();
    found.time = QTime(numbers[0], numbers[1], numbers[2]);
    if (!rest.isEmpty()) found.offset = offsetOf(rest);
    if (!found.time.isValid() || (!rest.isEmpty() && !found.offset)) return std::nullopt;
    return found;
}

std::optional<QString> wireDate(const ImportReading &reading, QStringView cell) {
    auto const parts = datePartsOf(cell);
    if (!parts) return std::nullopt;
    QDate const date = dateOf(*parts, reading.format);
    auto const clock = clockTimeOf(parts->rest);
    if (!date.isValid() || date.year() < 1 || date.year() > 9999 || !clock) return std::nullopt;
    if (reading.kind == Kind::date) return date.toString(Qt::ISODate);
    QDateTime moment(date, clock->time, Qt::UTC);
    moment = clock->offset ? moment.addSecs(-*clock->offset) : QDateTime(date, clock->time, reading.zone).toUTC();
    return moment.toString(Qt::ISODate);
}

// ---- numbers

bool isSpaceOrApostrophe(QChar one) { return one.isSpace() || one == u'\'' || one == QChar(0x2019); }

/// Three million is no 3: only what is known as a currency goes.
QStringView withoutCurrency(QStringView text) {
    static const QSet<QString> known = [] {
        QString const codes =
            "eur usd gbp chf jpy cny inr sek nok dkk isk pln czk huf ron bgn try cad aud nzd brl mxn zar "
            "sgd hkd krw ils aed sar kr fr ft";
        QStringList words = codes.split(u' ');
        words.append({QString::fromUtf8("z\xc5\x82"), QString::fromUtf8("k\xc4\x8d")});
        return QSet<QString>(words.cbegin(), words.cend());
    }();
    qsizetype front = 0;
    while (front < text.size() && text[front].isLetter()) ++front;
    if (front > 0 && known.contains(text.left(front).toString().toLower())) {
        bool const hasPoint = front == 2 && front < text.size() && text[front] == u'.';  // Fr.
        text = text.mid(front + (hasPoint ? 1 : 0));
    }
    qsizetype back = 0;
    while (back < text.size() && text[text.size() - 1 - back].isLetter()) ++back;
    if (back > 0 && known.contains(text.last(back).toString().toLower())) text.chop(back);
    return text;
}

/// Digits and their signs alone: without a currency, a percent sign and brackets. Sets `isNegative` by the sign.
QStringView bareNumber(QStringView text, bool &isNegative) {
    auto const isAround = [](QChar one) {
        return one.isSpace() || one.category() == QChar::Symbol_Currency || one == u'%';
    };
    auto const isMinus = [](QChar one) { return one == u'-' || one == QChar(0x2212) || one == QChar(0x2013); };
    if (text.startsWith(u'(') && text.endsWith(u')')) {
        isNegative = true;
        text = text.mid(1, text.size() - 2);
    }
    bool isMore = true;
    while (isMore && !text.isEmpty()) {
        qsizetype const before = text.size();
        if (isAround(text.front())) text = text.mid(1);
        if (!text.isEmpty() && isAround(text.back())) text.chop(1);
        text = withoutCurrency(text);
        if (!isNegative && !text.isEmpty() && (isMinus(text.front()) || text.front() == u'+')) {
            isNegative = text.front() != u'+';
            text = text.mid(1);
        }
        isMore = text.size() != before;
    }
    if (text.isEmpty() || !isMinus(text.back())) return text;
    // 12,- is a whole amount; 12- is what is owed.
    while (!text.isEmpty() && isMinus(text.back())) text.chop(1);
    if (text.endsWith(u',') || text.endsWith(u'.')) {
        text.chop(1);
    } else {
        isNegative = true;
    }
    return text;
}

/// Digits in groups of three (or, as in India, of two and then three).
bool isGrouped(QStringView whole, QChar group, QString &digits) {
    qsizetype run = 0;
    qsizetype groups = 0;
    QChar separator;
    for (qsizetype i = 0; i < whole.size(); ++i) {
        QChar const one = whole[i];
        if (isDigit(one)) {
            digits += one;
            ++run;
            continue;
        }
        bool const isSeparator = one == group || isSpaceOrApostrophe(one);
        if (!isSeparator || (groups > 0 && one != separator)) return false;
        bool const isFine = groups == 0 ? run >= 1 && run <= 3 : run == 3 || run == 2;
        if (!isFine) return false;
        separator = one;
        ++groups;
        run = 0;
    }
    return groups == 0 || run == 3;
}

std::optional<QString> wireNumber(const ImportReading &reading, QStringView cell) {
    bool isNegative = false;
    QStringView const number = bareNumber(cell, isNegative);
    QChar const point = reading.format == ImportFormat::decimalComma ? u',' : u'.';
    QChar const group = reading.format == ImportFormat::decimalComma ? u'.' : u',';
    qsizetype const at = number.indexOf(point);
    QStringView const whole = at < 0 ? number : number.left(at);
    QStringView fraction = at < 0 ? QStringView() : number.mid(at + 1);
    if (digitsAt(fraction, 0) != fraction.size() || (whole.isEmpty() && fraction.isEmpty())) return std::nullopt;
    QString digits;
    if (!isGrouped(whole, group, digits)) return std::nullopt;
    if (digits.isEmpty()) digits = "0";
    if (reading.kind == Kind::integer) {
        while (fraction.endsWith(u'0')) fraction.chop(1);
    }
    QString wire = (isNegative ? QString("-") : QString()) + digits;
    if (!fraction.isEmpty()) wire += u'.' + fraction.toString();
    return wire;
}

void lookAtNumber(QStringView cell, ImportEvidence &evidence) {
    bool isNegative = false;
    QStringView const number = bareNumber(cell, isNegative);
    qsizetype const commas = number.count(u',');
    qsizetype const points = number.count(u'.');
    if (commas + points == 0) return;
    for (QChar const one : number) {
        if (!isDigit(one) && one != u',' && one != u'.' && !isSpaceOrApostrophe(one)) return;
    }
    bool isComma = false;
    if (commas > 0 && points > 0) {
        isComma = number.lastIndexOf(u',') > number.lastIndexOf(u'.');
    } else if (commas + points > 1) {
        isComma = points > 0;  // what stands twice parts groups
    } else {
        qsizetype const at = number.indexOf(commas > 0 ? u',' : u'.');
        bool const couldBeGroup = number.size() - at - 1 == 3 && at >= 1 && at <= 3 && number[0] != u'0';
        if (couldBeGroup) return;
        isComma = commas > 0;
    }
    ++(isComma ? evidence.decimalComma : evidence.decimalPoint);
}

void lookAtDate(QStringView cell, ImportEvidence &evidence) {
    auto const parts = datePartsOf(cell);
    if (!parts) return;
    auto const [a, b, c] = parts->value;
    if (parts->digits[0] == 4) {
        ++evidence.yearFirst;
    } else if (a > 0 && b > 0) {
        ++evidence.openDates;
        // Nobody writes the month in front of points.
        if ((a > 12 && b <= 12) || (parts->separator == u'.' && b <= 12)) {
            ++evidence.dayFirst;
        } else if (b > 12 && a <= 12) {
            ++evidence.monthFirst;
        }
    }
}

// ---- yes and no

bool isMark(QStringView cell) {
    return cell.size() == 1 && (cell[0].toLower() == u'x' || cell[0] == QChar(0x2713) || cell[0] == QChar(0x2714));
}

std::optional<QString> wireBoolean(const ImportReading &reading, const QString &cell) {
    static const QSet<QString> yes{"true", "yes", "y", "t",  "ja",  "j",  "wahr",
                                   "w",    "1",   "x", "on", "oui", "si", "vrai"};
    static const QSet<QString> no{"false", "no", "n", "f", "nein", "falsch", "0", "off", "non", "faux", "-"};
    if (cell.isEmpty()) {
        return reading.format == ImportFormat::mark ? std::optional<QString>("false") : std::nullopt;
    }
    QString const word = cell.toLower();
    if (isMark(cell) || yes.contains(word)) return "true";
    if (no.contains(word)) return "false";
    return std::nullopt;
}

std::optional<QString> wireChoice(const ImportReading &reading, const QString &cell) {
    auto found = reading.words.constFind(cell.simplified().toLower());
    if (found == reading.words.constEnd()) found = reading.words.constFind(bareName(cell));
    if (found == reading.words.constEnd()) return std::nullopt;
    return *found;
}

/// A label in the languages that the client has, whatever it speaks now.
QStringList labelsOf(const QString &choice) {
    static const auto translators = [] {
        QList<std::shared_ptr<QTranslator>> loaded;
        for (const QString &file : QDir(":/translations").entryList({"kontor_*.qm"})) {
            auto const one = std::make_shared<QTranslator>();
            if (one->load(":/translations/" + file)) loaded.append(one);
        }
        return loaded;
    }();
    QStringList labels{choiceText(choice)};
    for (const auto &one : translators) {
        labels.append(one->translate("kontor", choice.toUtf8().constData(), "contract"));
    }
    return labels;
}

}  // namespace

QString bareName(const QString &name) {
    QString out;
    for (QChar const one : name.normalized(QString::NormalizationForm_KD)) {
        if (one.isLetterOrNumber()) out += one.toLower();
    }
    return out;
}

void ImportEvidence::look(QStringView cell) {
    cell = cell.trimmed();
    if (cell.isEmpty()) return;
    ++filled;
    if (cell.size() > longestValue) return;
    if (isMark(cell)) ++marks;
    bool const hasDigit = std::ranges::any_of(cell, isDigit);
    if (!hasDigit) return;
    if (isDigit(cell[0])) lookAtDate(cell, *this);
    lookAtNumber(cell, *this);
}

QList<ImportFormat> importFormats(Kind kind, bool hasChoices) {
    using enum ImportFormat;
    switch (kind) {
    case Kind::date:
    case Kind::dateTime:
        return {dayMonthYear, monthDayYear, yearMonthDay, asIs};
    case Kind::decimal:
    case Kind::integer:
        return {decimalComma, decimalPoint, asIs};
    case Kind::boolean:
        return {yesNo, mark, asIs};
    default:
        return hasChoices ? QList<ImportFormat>{labels, asIs} : QList<ImportFormat>{};
    }
}

std::optional<ImportFormat> shownFormat(Kind kind, bool hasChoices, const ImportEvidence &evidence) {
    using enum ImportFormat;
    switch (kind) {
    case Kind::date:
    case Kind::dateTime:
        if (evidence.dayFirst != evidence.monthFirst) {
            return evidence.dayFirst > evidence.monthFirst ? dayMonthYear : monthDayYear;
        }
        if (evidence.openDates == 0 && evidence.yearFirst > 0) return yearMonthDay;
        return std::nullopt;
    case Kind::decimal:
    case Kind::integer:
        if (evidence.decimalComma == evidence.decimalPoint) return std::nullopt;
        return evidence.decimalComma > evidence.decimalPoint ? decimalComma : decimalPoint;
    case Kind::boolean:
        return evidence.marks > 0 && evidence.marks == evidence.filled ? mark : yesNo;
    default:
        return hasChoices ? labels : asIs;
    }
}

ImportFormat usualFormat(Kind kind, bool hasChoices, const QLocale &locale) {
    QList<ImportFormat> const formats = importFormats(kind, hasChoices);
    if (formats.isEmpty()) return ImportFormat::asIs;
    if (kind == Kind::date || kind == Kind::dateTime) {
        QString const pattern = locale.dateFormat(QLocale::ShortFormat).toLower();
        if (pattern.startsWith(u'y')) return ImportFormat::yearMonthDay;
        return pattern.indexOf(u'm') < pattern.indexOf(u'd') ? ImportFormat::monthDayYear : ImportFormat::dayMonthYear;
    }
    if (kind == Kind::decimal || kind == Kind::integer) {
        return locale.decimalPoint() == "," ? ImportFormat::decimalComma : ImportFormat::decimalPoint;
    }
    return formats.first();
}

QString formatText(ImportFormat format) {
    switch (format) {
    case ImportFormat::dayMonthYear:
        return told(QT_TRANSLATE_NOOP("ImportValues", "Day, month, year (31.12.2025)"));
    case ImportFormat::monthDayYear:
        return told(QT_TRANSLATE_NOOP("ImportValues", "Month, day, year (12/31/2025)"));
    case ImportFormat::yearMonthDay:
        return told(QT_TRANSLATE_NOOP("ImportValues", "Year, month, day (2025-12-31)"));
    case ImportFormat::decimalComma:
        return told(QT_TRANSLATE_NOOP("ImportValues", "Decimal comma (1.234,56)"));
    case ImportFormat::decimalPoint:
        return told(QT_TRANSLATE_NOOP("ImportValues", "Decimal point (1,234.56)"));
    case ImportFormat::yesNo:
        return told(QT_TRANSLATE_NOOP("ImportValues", "Yes or no, true or false, 1 or 0"));
    case ImportFormat::mark:
        return told(QT_TRANSLATE_NOOP("ImportValues", "An x is yes, nothing is no"));
    case ImportFormat::labels:
        return told(QT_TRANSLATE_NOOP("ImportValues", "Labels or values"));
    case ImportFormat::asIs:
        break;
    }
    return told(QT_TRANSLATE_NOOP("ImportValues", "As it stands"));
}

QHash<QString, QString> wordsOf(const QStringList &choices) {
    QHash<QString, QString> words;
    auto const add = [&](const QString &word, const QString &choice) {
        if (!word.isEmpty() && !words.contains(word)) words.insert(word, choice);
    };
    // The surest first: a label never takes the place of a value.
    for (const QString &choice : choices) add(choice.simplified().toLower(), choice);
    for (const QString &choice : choices) {
        for (const QString &label : labelsOf(choice)) add(label.simplified().toLower(), choice);
    }
    for (const QString &choice : choices) {
        for (const QString &label : QStringList(choice) + labelsOf(choice)) add(bareName(label), choice);
    }
    return words;
}

QString wireText(const ImportReading &reading, const QString &cell) {
    if (reading.format == ImportFormat::asIs) return cell;
    if (reading.kind == Kind::boolean) return wireBoolean(reading, cell).value_or(cell);
    if (cell.isEmpty() || cell.size() > 1000) return cell;
    switch (reading.kind) {
    case Kind::date:
    case Kind::dateTime:
        return wireDate(reading, cell).value_or(cell);
    case Kind::decimal:
    case Kind::integer:
        return wireNumber(reading, cell).value_or(cell);
    default:
        return wireChoice(reading, cell).value_or(cell);
    }
}

}  // namespace kontor::desktop
