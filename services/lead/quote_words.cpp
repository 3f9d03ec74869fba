#include "services/lead/quote_words.h"

#include <algorithm>
#include <array>

namespace kontor::lead {

namespace {

constexpr std::string_view space = "\u00a0";  // that no line breaks at
constexpr std::string_view minus = "\u2212";

struct Words {
    QuoteWord word;
    std::string_view english, german, swedish;
};

constexpr std::array words{
    Words{QuoteWord::quote, "Quote", "Angebot", "Offert"},
    Words{QuoteWord::draft, "Draft: this is not an offer yet", "Entwurf: noch kein Angebot",
          "Utkast: ännu inget erbjudande"},
    Words{QuoteWord::revision, "Revision", "Fassung", "Version"},
    Words{QuoteWord::date, "Date", "Datum", "Datum"},
    Words{QuoteWord::validUntil, "Valid until", "Gültig bis", "Giltig till och med"},
    Words{QuoteWord::recipient, "For", "Für", "Till"},
    Words{QuoteWord::billingAddress, "Billing address", "Rechnungsanschrift", "Fakturaadress"},
    Words{QuoteWord::shippingAddress, "Delivery address", "Lieferanschrift", "Leveransadress"},
    Words{QuoteWord::position, "No.", "Pos.", "Nr"},
    Words{QuoteWord::description, "Description", "Bezeichnung", "Beskrivning"},
    Words{QuoteWord::quantity, "Quantity", "Menge", "Antal"},
    Words{QuoteWord::unitPrice, "Unit price", "Einzelpreis", "À-pris"},
    Words{QuoteWord::discount, "Discount", "Rabatt", "Rabatt"},
    Words{QuoteWord::taxShort, "Tax", "Steuer", "Moms"},
    Words{QuoteWord::amount, "Amount", "Betrag", "Belopp"},
    Words{QuoteWord::optional, "optional", "optional", "tillval"},
    Words{QuoteWord::optionalNote, "Optional items are not part of the sums.",
          "Optionale Positionen sind in den Summen nicht enthalten.", "Tillval ingår inte i summorna."},
    Words{QuoteWord::each, "each month", "je Monat", "per månad"},
    Words{QuoteWord::months, "months", "Monate", "månader"},
    Words{QuoteWord::subtotal, "Subtotal", "Zwischensumme", "Delsumma"},
    Words{QuoteWord::shipping, "Shipping", "Versand", "Frakt"},
    Words{QuoteWord::tax, "Tax", "Steuer", "Moms"},
    Words{QuoteWord::taxOn, "on", "auf", "på"},
    Words{QuoteWord::total, "Total", "Gesamtbetrag", "Totalt"},
    Words{QuoteWord::aMonth, "Of which recurring, a month before tax", "Davon wiederkehrend, je Monat vor Steuer",
          "Varav återkommande, per månad före moms"},
    Words{QuoteWord::terms, "Terms", "Bedingungen", "Villkor"},
    Words{QuoteWord::paymentTerms, "Payment terms", "Zahlungsbedingungen", "Betalningsvillkor"},
    Words{QuoteWord::acceptOnline, "See and accept it online", "Online ansehen und annehmen",
          "Se och godkänn på nätet"},
    Words{QuoteWord::page, "Page", "Seite", "Sida"},
    Words{QuoteWord::of, "of", "von", "av"},
    Words{QuoteWord::download, "Download as PDF", "Als PDF herunterladen", "Ladda ner som PDF"},
    Words{QuoteWord::accept, "Accept the quote", "Angebot annehmen", "Godkänn offerten"},
    Words{QuoteWord::yourName, "Your first and last name", "Ihr Vor- und Nachname", "Ditt för- och efternamn"},
    Words{QuoteWord::agree, "I accept this quote and may do so for the company.",
          "Ich nehme dieses Angebot an und bin dazu berechtigt.",
          "Jag godkänner offerten och är behörig att göra det."},
    Words{QuoteWord::reject, "Reject the quote", "Angebot ablehnen", "Avböj offerten"},
    Words{QuoteWord::reason, "Why? (optional)", "Warum? (freiwillig)", "Varför? (frivilligt)"},
    Words{QuoteWord::accepted, "This quote has been accepted. Thank you!",
          "Dieses Angebot wurde angenommen. Vielen Dank!", "Offerten har godkänts. Tack!"},
    Words{QuoteWord::acceptedBy, "Accepted by", "Angenommen von", "Godkänd av"},
    Words{QuoteWord::rejected, "This quote has been rejected.", "Dieses Angebot wurde abgelehnt.",
          "Offerten har avböjts."},
    Words{QuoteWord::expired, "This quote has expired. Please ask for a new one.",
          "Dieses Angebot ist abgelaufen. Bitte fragen Sie nach einem neuen.",
          "Offerten har gått ut. Be gärna om en ny."},
    Words{QuoteWord::superseded, "There is a newer revision of this quote.",
          "Von diesem Angebot gibt es eine neuere Fassung.", "Det finns en nyare version av offerten."},
    Words{QuoteWord::unknown, "Quote not found", "Angebot nicht gefunden", "Offerten hittades inte"},
    Words{QuoteWord::unknownText, "The link is wrong, or the quote has been withdrawn.",
          "Der Link ist falsch, oder das Angebot wurde zurückgezogen.",
          "Länken är fel, eller så har offerten dragits tillbaka."},
    Words{QuoteWord::nameMissing, "Please enter your name.", "Bitte geben Sie Ihren Namen ein.", "Ange ditt namn."},
    Words{QuoteWord::agreeMissing, "Please tick the box if you accept the quote.",
          "Bitte kreuzen Sie das Kästchen an, wenn Sie das Angebot annehmen.",
          "Kryssa i rutan om du godkänner offerten."},
    Words{QuoteWord::notWaiting, "This quote waits for no answer.", "Dieses Angebot erwartet keine Antwort.",
          "Offerten väntar inte på något svar."},
    Words{QuoteWord::error, "Error:", "Fehler:", "Fel:"},
};

constexpr bool inOrder() {
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (static_cast<std::size_t>(words.at(i).word) != i) return false;
    }
    return words.size() == static_cast<std::size_t>(QuoteWord::error) + 1;
}
static_assert(inOrder(), "each word has its place");

std::string word(QuoteWord which, Language language) { return std::string(quoteWord(which, language)); }

}  // namespace

std::string_view quoteWord(QuoteWord word, Language language) {
    const Words &all = words.at(static_cast<std::size_t>(word));
    return language == Language::german ? all.german : language == Language::swedish ? all.swedish : all.english;
}

Language languageOf(const Quote &quote) {
    return languageOf(std::string_view(quote.language ? *quote.language : "")).value_or(Language::english);
}

std::string formatNumber(const Decimal &value, int decimals, Language language) {
    std::string const digits = value.rounded(std::max(decimals, value.fractionDigits())).toString();
    bool const negative = digits.starts_with('-');
    auto const point = std::min(digits.find('.'), digits.size());
    std::string_view const thousands = language == Language::english ? "," : language == Language::german ? "." : space;
    std::string text(negative ? minus : "");
    for (std::size_t i = negative ? 1 : 0; i < point; ++i) {
        text += digits[i];
        if ((point - i - 1) % 3 == 0 && i + 1 < point) text += thousands;
    }
    if (point == digits.size()) return text;
    text += language == Language::english ? '.' : ',';
    return text + digits.substr(point + 1);
}

std::string formatMoney(const Decimal &value, int decimals, const std::string &currency, Language language) {
    return formatNumber(value, decimals, language) + std::string(space) + currency;
}

std::string formatPercent(const Decimal &value, Language language) {
    return formatNumber(value, 0, language) + (language == Language::english ? "" : std::string(space)) + '%';
}

std::string formatDate(Date date, Language language) {
    static constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::string const iso = date.toString();
    std::string const year = iso.substr(0, 4);
    std::string const month = iso.substr(5, 2);
    std::string const day = iso.substr(8, 2);
    if (language == Language::german) return day + '.' + month + '.' + year;
    if (language == Language::swedish) return iso;
    std::string_view const name = months.at(static_cast<std::size_t>(std::stoi(month) - 1));
    return std::to_string(std::stoi(day)) + ' ' + std::string(name) + ' ' + year;
}

std::vector<QuoteBlock> blocksOf(const Quote &quote) {
    std::vector<QuoteBlock> blocks;
    for (const QuoteLine &line : quote.lines) {
        auto const group =
            std::ranges::find_if(quote.groups, [&](const QuoteGroup &each) { return each.name == line.group; });
        const QuoteGroup *const own = line.group && group != quote.groups.end() ? &*group : nullptr;
        auto block = std::ranges::find(blocks, own, &QuoteBlock::group);
        if (block == blocks.end()) block = blocks.insert(block, {own, {}});
        block->lines.push_back(&line);
    }
    return blocks;
}

std::string periodOf(const QuoteLine &line, Language language) {
    if (!line.recurringMonths) return {};
    if (*line.recurringMonths == 1) return word(QuoteWord::each, language);
    return std::to_string(*line.recurringMonths) + std::string(space) + word(QuoteWord::months, language);
}

std::string discountTextOf(const QuoteLine &line, int decimals, Language language) {
    if (line.discountPercent) return formatPercent(*line.discountPercent, language);
    if (line.discountAmount) return formatNumber(*line.discountAmount, decimals, language);
    return {};
}

std::vector<QuoteSum> sumsOf(const Quote &quote, int decimals, Language language) {
    std::string const currency = quote.currency.value_or("");
    Decimal const zero;
    auto const money = [&](const std::optional<Decimal> &value) {
        return formatMoney(value.value_or(Decimal()).rounded(decimals), decimals, currency, language);
    };
    std::vector<QuoteSum> sums{{word(QuoteWord::subtotal, language), money(quote.subtotal)}};
    if (quote.discountTotal.value_or(zero) > zero) {
        std::string label = word(QuoteWord::discount, language);
        if (quote.discountPercent) label += ' ' + formatPercent(*quote.discountPercent, language);
        sums.push_back({std::move(label), money(zero - *quote.discountTotal)});
    }
    if (quote.shipping) sums.push_back({word(QuoteWord::shipping, language), money(quote.shipping)});
    for (const QuoteTax &tax : quote.taxes) {
        if (tax.percent.value_or(zero) == zero && quote.taxes.size() == 1) continue;
        sums.push_back({word(QuoteWord::tax, language) + ' ' + formatPercent(tax.percent.value_or(zero), language) +
                            ' ' + word(QuoteWord::taxOn, language) + ' ' + money(tax.taxable),
                        money(tax.amount)});
    }
    sums.push_back({word(QuoteWord::total, language), money(quote.total), true});
    if (quote.recurringTotal.value_or(zero) > zero) {
        sums.push_back({word(QuoteWord::aMonth, language), money(quote.recurringTotal)});
    }
    return sums;
}

}  // namespace kontor::lead
