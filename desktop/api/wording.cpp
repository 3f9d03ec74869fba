#include "desktop/api/wording.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <array>

namespace kontor::desktop {

namespace {

struct Worded {
    const char *key;
    const char *text;
};

/// What the server says to people, with %1 and %2 for what is in it; a general sentence stands after the special ones.
constexpr std::array sentences{
    QT_TRANSLATE_NOOP("kontor::Wording", "Request cannot be read"),
    QT_TRANSLATE_NOOP("kontor::Wording", "Request is not valid"),
    QT_TRANSLATE_NOOP("kontor::Wording", "Query is not valid"),
    QT_TRANSLATE_NOOP("kontor::Wording", "Cursor is not valid"),
    QT_TRANSLATE_NOOP("kontor::Wording", "Sign-in required"),
    QT_TRANSLATE_NOOP("kontor::Wording", "Not allowed"),
    QT_TRANSLATE_NOOP("kontor::Wording", "Not found"),
    QT_TRANSLATE_NOOP("kontor::Wording", "State does not allow this"),
    QT_TRANSLATE_NOOP("kontor::Wording", "Record was changed by someone else"),
    QT_TRANSLATE_NOOP("kontor::Wording", "Value is already taken"),
    QT_TRANSLATE_NOOP("kontor::Wording", "There are records like this"),
    QT_TRANSLATE_NOOP("kontor::Wording", "First request with this key is still running"),
    QT_TRANSLATE_NOOP("kontor::Wording", "Request is too large"),
    QT_TRANSLATE_NOOP("kontor::Wording", "Media type is not supported"),
    QT_TRANSLATE_NOOP("kontor::Wording", "Request took too long to arrive"),
    QT_TRANSLATE_NOOP("kontor::Wording", "Too many requests"),
    QT_TRANSLATE_NOOP("kontor::Wording", "Rolled back with the rest of the call"),
    QT_TRANSLATE_NOOP("kontor::Wording", "Temporarily unavailable"),
    QT_TRANSLATE_NOOP("kontor::Wording", "Internal error"),
    QT_TRANSLATE_NOOP("kontor::Wording", "The record is not valid."),
    QT_TRANSLATE_NOOP("kontor::Wording", "The operation is not valid."),
    QT_TRANSLATE_NOOP("kontor::Wording", "Some custom fields are not valid."),
    QT_TRANSLATE_NOOP("kontor::Wording", "must not be empty"),
    QT_TRANSLATE_NOOP("kontor::Wording", "must have a value"),
    QT_TRANSLATE_NOOP("kontor::Wording", "must be given"),
    QT_TRANSLATE_NOOP("kontor::Wording", "cannot be emptied"),
    QT_TRANSLATE_NOOP("kontor::Wording", "must have at least one item"),
    QT_TRANSLATE_NOOP("kontor::Wording", "must have at most %1 characters"),
    QT_TRANSLATE_NOOP("kontor::Wording", "must have at least %1 characters"),
    QT_TRANSLATE_NOOP("kontor::Wording", "must have at most %1 items"),
    QT_TRANSLATE_NOOP("kontor::Wording", "must have at most %1 decimals"),
    QT_TRANSLATE_NOOP("kontor::Wording", "must have at most %1 digits before the decimal point"),
    QT_TRANSLATE_NOOP("kontor::Wording", "has at most %1 digits before the point and %2 behind it"),
    QT_TRANSLATE_NOOP("kontor::Wording", "has at most %1 decimals"),
    QT_TRANSLATE_NOOP("kontor::Wording", "must be at least %1"),
    QT_TRANSLATE_NOOP("kontor::Wording", "must be at most %1"),
    QT_TRANSLATE_NOOP("kontor::Wording", "must be from %1 to %2"),
    QT_TRANSLATE_NOOP("kontor::Wording", "must be 1 or more"),
    QT_TRANSLATE_NOOP("kontor::Wording", "must be more than 0"),
    QT_TRANSLATE_NOOP("kontor::Wording", "must not be negative"),
    QT_TRANSLATE_NOOP("kontor::Wording", "must be a number"),
    QT_TRANSLATE_NOOP("kontor::Wording", "must be a whole number"),
    QT_TRANSLATE_NOOP("kontor::Wording", "must be a date, such as %1"),
    QT_TRANSLATE_NOOP("kontor::Wording", "must be a time with a zone, such as %1"),
    QT_TRANSLATE_NOOP("kontor::Wording", "must be true or false"),
    QT_TRANSLATE_NOOP("kontor::Wording", "must be an id: a UUID in text"),
    QT_TRANSLATE_NOOP("kontor::Wording", "must be one of the choices"),
    QT_TRANSLATE_NOOP("kontor::Wording", "holds a character that is not allowed in text"),
    QT_TRANSLATE_NOOP("kontor::Wording", "is not a known field"),
    QT_TRANSLATE_NOOP("kontor::Wording", "is set by the server"),
    QT_TRANSLATE_NOOP("kontor::Wording", "is for the server to set"),
    QT_TRANSLATE_NOOP("kontor::Wording", "does not exist"),
    QT_TRANSLATE_NOOP("kontor::Wording", "must not be before startAt"),
    QT_TRANSLATE_NOOP("kontor::Wording", "must not be before outFrom"),
    QT_TRANSLATE_NOOP("kontor::Wording", "is before validFrom"),
    QT_TRANSLATE_NOOP("kontor::Wording", "must be later than from"),
    QT_TRANSLATE_NOOP("kontor::Wording", "must be the first day of a month"),
    QT_TRANSLATE_NOOP("kontor::Wording", "would make the account its own ancestor"),
    QT_TRANSLATE_NOOP("kontor::Wording", "would make the contact report to itself"),
    QT_TRANSLATE_NOOP("kontor::Wording", "would make the record its own ancestor"),
    QT_TRANSLATE_NOOP("kontor::Wording", "is below this category"),
    QT_TRANSLATE_NOOP("kontor::Wording", "must be another product"),
    QT_TRANSLATE_NOOP("kontor::Wording", "is not a product"),
    QT_TRANSLATE_NOOP("kontor::Wording", "is a variant itself"),
    QT_TRANSLATE_NOOP("kontor::Wording", "must be somebody else"),
    QT_TRANSLATE_NOOP("kontor::Wording", "is not the id of a user"),
    QT_TRANSLATE_NOOP("kontor::Wording", "is not a lead status"),
    QT_TRANSLATE_NOOP("kontor::Wording", "is reached by converting the lead"),
    QT_TRANSLATE_NOOP("kontor::Wording", "is not a pipeline"),
    QT_TRANSLATE_NOOP("kontor::Wording", "is not a stage"),
    QT_TRANSLATE_NOOP("kontor::Wording", "is a stage of another pipeline"),
    QT_TRANSLATE_NOOP("kontor::Wording", "belongs to a pipeline of other teams"),
    QT_TRANSLATE_NOOP("kontor::Wording", "is a card of another stage"),
    QT_TRANSLATE_NOOP("kontor::Wording", "is not a currency in use"),
    QT_TRANSLATE_NOOP("kontor::Wording", "is not a price book"),
    QT_TRANSLATE_NOOP("kontor::Wording", "has prices in %1"),
    QT_TRANSLATE_NOOP("kontor::Wording", "has no price in the price book"),
    QT_TRANSLATE_NOOP("kontor::Wording", "has no rate in %1"),
    QT_TRANSLATE_NOOP("kontor::Wording", "is too large in the base currency"),
    QT_TRANSLATE_NOOP("kontor::Wording", "has to be given where no price book has a price"),
    QT_TRANSLATE_NOOP("kontor::Wording", "is instead of discountPercent, not beside it"),
    QT_TRANSLATE_NOOP("kontor::Wording", "is more than the line"),
    QT_TRANSLATE_NOOP("kontor::Wording", "is more than the lines together"),
    QT_TRANSLATE_NOOP("kontor::Wording", "must satisfy %1"),
    QT_TRANSLATE_NOOP("kontor::Wording", "must be a status of the category converted"),
    QT_TRANSLATE_NOOP("kontor::Wording", "is somebody else, which takes the permission forecast"),
    QT_TRANSLATE_NOOP("kontor::Wording", "cannot be given together with userId"),
    QT_TRANSLATE_NOOP("kontor::Wording", "must change something"),
    QT_TRANSLATE_NOOP("kontor::Wording", "must say which records"),
    QT_TRANSLATE_NOOP("kontor::Wording", "must say what to change"),
    QT_TRANSLATE_NOOP("kontor::Wording", "is not in use"),
    QT_TRANSLATE_NOOP("kontor::Wording", "is not defined"),
    QT_TRANSLATE_NOOP("kontor::Wording", "is chosen twice"),
    QT_TRANSLATE_NOOP("kontor::Wording", "is in another currency there; choose the currency from there too"),
    QT_TRANSLATE_NOOP("kontor::Wording", "belongs to another record"),
    QT_TRANSLATE_NOOP("kontor::Wording", "%1 belongs to the record %2"),
    QT_TRANSLATE_NOOP("kontor::Wording", "%1 stands in an earlier row"),
    QT_TRANSLATE_NOOP("kontor::Wording", "%1 fits several records"),
    QT_TRANSLATE_NOOP("kontor::Wording", "%1 fits no record that you may see"),
    QT_TRANSLATE_NOOP("kontor::Wording", "must not be empty: there is nothing to offer"),
    QT_TRANSLATE_NOOP("kontor::Wording", "The lead has been converted already."),
    QT_TRANSLATE_NOOP("kontor::Wording", "The lead has been converted; it cannot go back."),
    QT_TRANSLATE_NOOP("kontor::Wording", "The lead is being converted by somebody else at this moment."),
    QT_TRANSLATE_NOOP("kontor::Wording", "There is no such lead any more."),
    QT_TRANSLATE_NOOP("kontor::Wording", "The conversion has failed."),
    QT_TRANSLATE_NOOP("kontor::Wording", "You may not give records to this owner."),
    QT_TRANSLATE_NOOP("kontor::Wording", "You may not change this lead."),
    QT_TRANSLATE_NOOP("kontor::Wording", "You may not convert leads."),
    QT_TRANSLATE_NOOP("kontor::Wording",
                      "There are records like this lead. Send allowDuplicates to create it none the less."),
    QT_TRANSLATE_NOOP("kontor::Wording", "You may not change this field."),
    QT_TRANSLATE_NOOP("kontor::Wording", "You may not change some of these fields."),
    QT_TRANSLATE_NOOP("kontor::Wording", "You may not change this %1"),
    QT_TRANSLATE_NOOP("kontor::Wording", "You may not change this opportunity."),
    QT_TRANSLATE_NOOP("kontor::Wording", "You may not change this quote."),
    QT_TRANSLATE_NOOP("kontor::Wording", "You may not approve quotes."),
    QT_TRANSLATE_NOOP("kontor::Wording", "You may not merge records."),
    QT_TRANSLATE_NOOP("kontor::Wording", "You may not %1"),
    QT_TRANSLATE_NOOP("kontor::Wording", "Only a draft can be changed; this quote is %1"),
    QT_TRANSLATE_NOOP("kontor::Wording", "The customer has this quote: recall it before you delete it."),
    QT_TRANSLATE_NOOP("kontor::Wording", "An accepted quote is what was agreed: it cannot be deleted."),
    QT_TRANSLATE_NOOP("kontor::Wording", "The quote was valid until %1"),
    QT_TRANSLATE_NOOP("kontor::Wording", "A quote must be %1"),
    QT_TRANSLATE_NOOP("kontor::Wording", "The record was changed since version %1"),
    QT_TRANSLATE_NOOP("kontor::Wording", "The record was merged into %1"),
    QT_TRANSLATE_NOOP("kontor::Wording", "The record is not in the recycle bin."),
    QT_TRANSLATE_NOOP("kontor::Wording", "There is no such merge, or you may not see it."),
    QT_TRANSLATE_NOOP("kontor::Wording", "This merge has been taken back already."),
    QT_TRANSLATE_NOOP("kontor::Wording", "The master is in the recycle bin; take it out first."),
    QT_TRANSLATE_NOOP("kontor::Wording", "A merge can be taken back for %1"),
    QT_TRANSLATE_NOOP("kontor::Wording", "There are opportunities %1"),
    QT_TRANSLATE_NOOP("kontor::Wording", "The stage history is written by the server."),
    QT_TRANSLATE_NOOP("kontor::Wording", "A unique value is taken by another record."),
    QT_TRANSLATE_NOOP("kontor::Wording", "A reference points to a record that does not exist."),
    QT_TRANSLATE_NOOP("kontor::Wording", "There is no record with this id: ids are UUIDs."),
    QT_TRANSLATE_NOOP("kontor::Wording", "There is no such %1"),
    QT_TRANSLATE_NOOP("kontor::Wording", "There is no such job, or it is not yours."),
    QT_TRANSLATE_NOOP("kontor::Wording", "This job has changed nothing that could be taken back."),
    QT_TRANSLATE_NOOP("kontor::Wording", "The job is not finished yet."),
    QT_TRANSLATE_NOOP("kontor::Wording", "The job was taken back already."),
    QT_TRANSLATE_NOOP("kontor::Wording", "Others changed the record while the job ran."),
    QT_TRANSLATE_NOOP("kontor::Wording", "Not written, because another record of this call failed."),
    QT_TRANSLATE_NOOP("kontor::Wording", "The file is empty."),
    QT_TRANSLATE_NOOP("kontor::Wording", "there is no header"),
    QT_TRANSLATE_NOOP("kontor::Wording", "The header has columns that cannot be read."),
    QT_TRANSLATE_NOOP("kontor::Wording", "The CSV cannot be read at line %1"),
    QT_TRANSLATE_NOOP("kontor::Wording", "The filter is wrong at byte %1"),
    QT_TRANSLATE_NOOP("kontor::Wording", "You may not see the field %1"),
    QT_TRANSLATE_NOOP("kontor::Wording", "A search has at most %1 bytes."),
    QT_TRANSLATE_NOOP("kontor::Wording", "An attachment has at most %1 MB."),
    QT_TRANSLATE_NOOP("kontor::Wording", "The credentials are not valid."),
    QT_TRANSLATE_NOOP("kontor::Wording", "The access token has expired."),
    QT_TRANSLATE_NOOP("kontor::Wording", "Too many wrong attempts; try again later."),
    QT_TRANSLATE_NOOP("kontor::Wording", "The one-time password is not right."),
    QT_TRANSLATE_NOOP("kontor::Wording", "Sign in first: the request has no credentials."),
    QT_TRANSLATE_NOOP("kontor::Wording", "The database is busy; try again."),
    QT_TRANSLATE_NOOP("kontor::Wording", "The database cannot answer at the moment; try again."),
    QT_TRANSLATE_NOOP("kontor::Wording", "The request took too long and was cancelled."),
    QT_TRANSLATE_NOOP("kontor::Wording", "Something went wrong on the server. The log has the details."),
    QT_TRANSLATE_NOOP("kontor::Wording", "Too much is being written; try again."),
    QT_TRANSLATE_NOOP("kontor::Wording", "No e-mail can be sent: smtp.url is not set."),
    QT_TRANSLATE_NOOP("kontor::Wording", "The mail server cannot be used now: %1"),
    QT_TRANSLATE_NOOP("kontor::Wording", "must be an e-mail address that can be written to"),
    QT_TRANSLATE_NOOP("kontor::Wording", "must be an address of the web"),
};

/// What a pattern of the contract asks for.
constexpr std::array patterns{
    Worded{"[^@\\s]+@[^@\\s]+\\.[^@\\s]+",
           QT_TRANSLATE_NOOP("kontor::Wording", "must be an e-mail address such as ana@example.com")},
    Worded{"\\+?[0-9 ()./\\-]{3,40}",
           QT_TRANSLATE_NOOP("kontor::Wording", "must be a telephone number such as +49 30 1234567")},
    Worded{"https?://[^\\s]+",
           QT_TRANSLATE_NOOP("kontor::Wording", "must be an address of the web such as https://www.example.com")},
    Worded{"[A-Z]{3}", QT_TRANSLATE_NOOP("kontor::Wording", "must be a currency in three capital letters such as EUR")},
    Worded{"[A-Z]{2}", QT_TRANSLATE_NOOP("kontor::Wording", "must be a country in two capital letters such as DE")},
    Worded{"[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*",
           QT_TRANSLATE_NOOP("kontor::Wording", "must be a language such as en or de-AT")},
    Worded{"[A-Za-z][A-Za-z0-9_+\\-]*(/[A-Za-z0-9_+\\-]+)*",
           QT_TRANSLATE_NOOP("kontor::Wording", "must be a time zone such as Europe/Berlin")},
    Worded{"[a-z][A-Za-z0-9]*",
           QT_TRANSLATE_NOOP("kontor::Wording", "must begin with a small letter, followed by letters and digits")},
};

/// For each code of a field error, in case that its sentence is not among those above.
constexpr std::array codes{
    Worded{"REQUIRED", QT_TRANSLATE_NOOP("kontor::Wording", "must not be empty")},
    Worded{"TOO_LONG", QT_TRANSLATE_NOOP("kontor::Wording", "is too long")},
    Worded{"TOO_SHORT", QT_TRANSLATE_NOOP("kontor::Wording", "is too short")},
    Worded{"PATTERN", QT_TRANSLATE_NOOP("kontor::Wording", "is not written as this field is")},
    Worded{"NOT_A_CHOICE", QT_TRANSLATE_NOOP("kontor::Wording", "must be one of the choices")},
    Worded{"OUT_OF_RANGE", QT_TRANSLATE_NOOP("kontor::Wording", "is outside of its bounds")},
    Worded{"WRONG_TYPE", QT_TRANSLATE_NOOP("kontor::Wording", "is not of the right kind")},
    Worded{"UNKNOWN_FIELD", QT_TRANSLATE_NOOP("kontor::Wording", "is not a known field")},
    Worded{"UNKNOWN_REFERENCE", QT_TRANSLATE_NOOP("kontor::Wording", "does not exist")},
    Worded{"UNKNOWN_CURRENCY", QT_TRANSLATE_NOOP("kontor::Wording", "is not a currency in use")},
    Worded{"OTHER_CURRENCY", QT_TRANSLATE_NOOP("kontor::Wording", "is in another currency")},
    Worded{"OTHER_TEAM", QT_TRANSLATE_NOOP("kontor::Wording", "belongs to another team")},
    Worded{"OTHER_STAGE", QT_TRANSLATE_NOOP("kontor::Wording", "is a card of another stage")},
    Worded{"OTHER_PIPELINE", QT_TRANSLATE_NOOP("kontor::Wording", "is a stage of another pipeline")},
    Worded{"CYCLE", QT_TRANSLATE_NOOP("kontor::Wording", "would make the record its own ancestor")},
    Worded{"LOOP", QT_TRANSLATE_NOOP("kontor::Wording", "would make the record its own ancestor")},
    Worded{"READ_ONLY", QT_TRANSLATE_NOOP("kontor::Wording", "is set by the server")},
    Worded{"NOT_WRITABLE", QT_TRANSLATE_NOOP("kontor::Wording", "You may not change this field.")},
    Worded{"NOT_YOURS", QT_TRANSLATE_NOOP("kontor::Wording", "is not yours")},
    Worded{"INVALID_FILTER", QT_TRANSLATE_NOOP("kontor::Wording", "is not a filter that can be read")},
    Worded{"INVALID_FORMAT", QT_TRANSLATE_NOOP("kontor::Wording", "is not written as it should be")},
    Worded{"INVALID_CHARACTER", QT_TRANSLATE_NOOP("kontor::Wording", "holds a character that is not allowed in text")},
    Worded{"CONTRADICTION", QT_TRANSLATE_NOOP("kontor::Wording", "contradicts another value")},
    Worded{"DUPLICATE", QT_TRANSLATE_NOOP("kontor::Wording", "is taken already")},
    Worded{"DUPLICATE_EXTERNAL_ID", QT_TRANSLATE_NOOP("kontor::Wording", "is taken already")},
    Worded{"AMBIGUOUS", QT_TRANSLATE_NOOP("kontor::Wording", "fits several records")},
    Worded{"NOT_FOUND", QT_TRANSLATE_NOOP("kontor::Wording", "fits no record that you may see")},
    Worded{"TOO_MANY_ITEMS", QT_TRANSLATE_NOOP("kontor::Wording", "has too many entries")},
    Worded{"TOO_MANY_ROWS", QT_TRANSLATE_NOOP("kontor::Wording", "has too many rows")},
    Worded{"DECIMAL_SCALE", QT_TRANSLATE_NOOP("kontor::Wording", "has too many decimals")},
    Worded{"DECIMAL_DIGITS", QT_TRANSLATE_NOOP("kontor::Wording", "is too large")},
    Worded{"STAGE_REQUIREMENT", QT_TRANSLATE_NOOP("kontor::Wording", "is asked for by the stage")},
    Worded{"NO_RATE", QT_TRANSLATE_NOOP("kontor::Wording", "has no rate")},
    Worded{"NO_PRICE", QT_TRANSLATE_NOOP("kontor::Wording", "has no price in the price book")},
    Worded{"NOT_FIRST_OF_MONTH", QT_TRANSLATE_NOOP("kontor::Wording", "must be the first day of a month")},
    Worded{"NOT_CONVERTED", QT_TRANSLATE_NOOP("kontor::Wording", "is not converted")},
    Worded{"NOT_A_MEMBER", QT_TRANSLATE_NOOP("kontor::Wording", "is not a member")},
    Worded{"LINES_REQUIRED", QT_TRANSLATE_NOOP("kontor::Wording", "has no lines")},
    Worded{"INACTIVE", QT_TRANSLATE_NOOP("kontor::Wording", "is not in use")},
    Worded{"CONVERT", QT_TRANSLATE_NOOP("kontor::Wording", "is reached by converting the lead")},
    Worded{"COLUMN_COUNT", QT_TRANSLATE_NOOP("kontor::Wording", "has another number of columns than the header")},
    Worded{"UNAVAILABLE", QT_TRANSLATE_NOOP("kontor::Wording", "cannot be had on this server")},
};

QString inUserLanguage(const char *text) { return QCoreApplication::translate("kontor::Wording", text); }

/// The sentence as a pattern whose parts are what stands in the place of %1 and %2.
QRegularExpression shapeOf(const char *sentence) {
    QString shape = QRegularExpression::escape(QString::fromLatin1(sentence));
    for (const char *const place : {"\\%1", "\\%2"}) shape.replace(QLatin1String(place), "(.+)");
    return QRegularExpression(QRegularExpression::anchoredPattern(shape));
}

/// Empty when it is none of the sentences.
QString sentence(const QString &text) {
    for (const char *const known : sentences) {
        if (text == QLatin1String(known)) return inUserLanguage(known);
    }
    for (const char *const known : sentences) {
        if (!QLatin1String(known).contains(QLatin1Char('%'))) continue;
        QRegularExpressionMatch const match = shapeOf(known).match(text);
        if (!match.hasMatch()) continue;
        QString told = inUserLanguage(known);
        for (int part = match.lastCapturedIndex(); part >= 1; --part) {
            told.replace("%" + QString::number(part), match.captured(part));
        }
        return told;
    }
    return {};
}

QString choices(const QString &detail) {
    static const QRegularExpression between(", | or ");
    QStringList names;
    for (const QString &choice : detail.mid(static_cast<int>(qstrlen("must be "))).split(between)) {
        names.append(QCoreApplication::translate("contract", choice.toUtf8().constData()));
    }
    return QCoreApplication::translate("kontor::Wording", "must be one of: %1").arg(names.join(", "));
}

}  // namespace

QString worded(const QString &text) {
    QString const told = sentence(text);
    return told.isEmpty() ? text : told;
}

QString wordedField(const QString &code, const QString &detail) {
    constexpr QLatin1String beforePattern("must match the pattern ");
    if (detail.startsWith(beforePattern)) {
        QString const pattern = detail.mid(beforePattern.size());
        for (const Worded &known : patterns) {
            if (pattern == QLatin1String(known.key)) return inUserLanguage(known.text);
        }
    } else if (code == QLatin1String("NOT_A_CHOICE") && detail.startsWith("must be ") && detail.contains(" or ")) {
        return choices(detail);
    } else if (QString const told = sentence(detail); !told.isEmpty()) {
        return told;
    }
    for (const Worded &known : codes) {
        if (code != QLatin1String(known.key)) continue;
        QString const general = inUserLanguage(known.text);
        // In English the server's own sentence says more.
        bool const isEnglish = general == QLatin1String(known.text);
        if (detail.startsWith(beforePattern)) return general;
        return isEnglish ? detail : QString("%1 (%2)").arg(general, detail);
    }
    return detail;
}

}  // namespace kontor::desktop
