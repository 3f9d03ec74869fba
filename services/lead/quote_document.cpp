#include "services/lead/quote_document.h"

#include "services/lead/quote_words.h"
#include "shared/fiber/loop.h"

#include <fontconfig/fontconfig.h>
#include <hpdf.h>

#include <algorithm>
#include <array>
#include <memory>

namespace kontor::lead {

namespace {

// Points (1/72 inch), from the lower left corner of an A4 page.
constexpr float pageWidth = 595.28F;
constexpr float pageHeight = 841.89F;
constexpr float leftEdge = 50;
constexpr float rightEdge = 545;
constexpr float top = 790;
constexpr float bottom = 70;
constexpr float footer = 40;
constexpr float small = 8;
constexpr float normal = 9;
constexpr float large = 18;
constexpr float leading = 1.35F;  // distance of lines, in font sizes

/// The tables' columns: where they end, for numbers, or begin, for text.
constexpr float descriptionLeft = 78;
constexpr float descriptionRight = 268;
constexpr float quantityRight = 330;
constexpr float priceRight = 394;
constexpr float discountRight = 438;
constexpr float taxRight = 472;

[[noreturn]] void unavailable(const char *sentence) { throw Error(ErrorCode::unavailable, sentence); }

/// The file of a TrueType font with Latin, Greek and Cyrillic letters, DejaVu Sans where there is a choice.
std::string findFont(int weight) {
    std::unique_ptr<FcPattern, decltype(&FcPatternDestroy)> const wish(FcPatternCreate(), FcPatternDestroy);
    std::unique_ptr<FcCharSet, decltype(&FcCharSetDestroy)> const letters(FcCharSetCreate(), FcCharSetDestroy);
    for (FcChar32 const letter : {U'A', U'\u00e5', U'\u0141', U'\u03a9', U'\u0416'}) {
        FcCharSetAddChar(letters.get(), letter);
    }
    FcPatternAddString(wish.get(), FC_FAMILY, reinterpret_cast<const FcChar8 *>("DejaVu Sans"));
    FcPatternAddString(wish.get(), FC_FONTFORMAT, reinterpret_cast<const FcChar8 *>("TrueType"));
    FcPatternAddInteger(wish.get(), FC_WEIGHT, weight);
    FcPatternAddCharSet(wish.get(), FC_CHARSET, letters.get());
    FcConfigSubstitute(nullptr, wish.get(), FcMatchPattern);
    FcDefaultSubstitute(wish.get());
    FcResult result = FcResultNoMatch;
    std::unique_ptr<FcPattern, decltype(&FcPatternDestroy)> const found(FcFontMatch(nullptr, wish.get(), &result),
                                                                        FcPatternDestroy);
    FcChar8 *file = nullptr;
    FcChar8 *format = nullptr;
    FcCharSet *has = nullptr;
    int index = 0;
    if (found == nullptr || FcPatternGetString(found.get(), FC_FILE, 0, &file) != FcResultMatch ||
        FcPatternGetString(found.get(), FC_FONTFORMAT, 0, &format) != FcResultMatch ||
        FcPatternGetCharSet(found.get(), FC_CHARSET, 0, &has) != FcResultMatch) {
        return {};
    }
    FcPatternGetInteger(found.get(), FC_INDEX, 0, &index);
    bool const usable = std::string_view(reinterpret_cast<const char *>(format)) == "TrueType" && index == 0 &&
                        FcCharSetIsSubset(letters.get(), has) == FcTrue;
    return usable ? reinterpret_cast<const char *>(file) : std::string();
}

struct FontFiles {
    std::string regular, bold;
};
const FontFiles &fontFiles() {
    static const FontFiles files{findFont(FC_WEIGHT_REGULAR), findFont(FC_WEIGHT_BOLD)};
    return files;
}

/// Text as the fonts can show it: without control characters, and with a box for what is beyond two bytes of UTF-16.
std::string printable(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        auto const byte = static_cast<unsigned char>(text[i]);
        std::size_t const length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
        if (length == 4) {
            out += "\u25a1";
        } else if (byte >= 0x20 && byte != 0x7F) {
            out += text.substr(i, length);
        } else {
            out += ' ';
        }
        i += length;
    }
    return out;
}

/// One PDF while it is made.
class Paper {
  public:
    Paper() : pdf_(HPDF_New(nullptr, nullptr), HPDF_Free) {
        if (pdf_ == nullptr) throw std::bad_alloc();
        const FontFiles &files = fontFiles();
        if (files.regular.empty()) {
            unavailable("The server has no TrueType font with Latin, Greek and Cyrillic letters.");
        }
        HPDF_SetCompressionMode(pdf_.get(), HPDF_COMP_ALL);
        HPDF_UseUTFEncodings(pdf_.get());
        HPDF_SetCurrentEncoder(pdf_.get(), "UTF-8");
        regular_ = load(files.regular);
        bold_ = files.bold.empty() || files.bold == files.regular ? regular_ : load(files.bold);
    }

    void title(const std::string &text) { HPDF_SetInfoAttr(pdf_.get(), HPDF_INFO_TITLE, printable(text).c_str()); }

    void newPage() {
        page_ = HPDF_AddPage(pdf_.get());
        if (page_ == nullptr) fail();
        HPDF_Page_SetSize(page_, HPDF_PAGE_SIZE_A4, HPDF_PAGE_PORTRAIT);
        pages_.push_back(page_);
    }
    [[nodiscard]] std::size_t pages() const { return pages_.size(); }
    /// Goes back to a page, to write its footer.
    void turnTo(std::size_t index) { page_ = pages_.at(index); }

    [[nodiscard]] float widthOf(const std::string &text, float size, bool isBold) const {
        auto const width =
            HPDF_Font_TextWidth(isBold ? bold_ : regular_, reinterpret_cast<const HPDF_BYTE *>(text.data()),
                                static_cast<HPDF_UINT>(text.size()));
        return static_cast<float>(width.width) * size / 1000;
    }

    void write(float x, float y, const std::string &text, float size = normal, bool isBold = false) {
        if (text.empty()) return;
        HPDF_Page_BeginText(page_);
        HPDF_Page_SetFontAndSize(page_, isBold ? bold_ : regular_, size);
        HPDF_Page_TextOut(page_, x, y, text.c_str());
        HPDF_Page_EndText(page_);
    }
    void writeRight(float right, float y, const std::string &text, float size = normal, bool isBold = false) {
        write(right - widthOf(text, size, isBold), y, text, size, isBold);
    }
    void rule(float y, float width = 0.5F) {
        HPDF_Page_SetLineWidth(page_, width);
        HPDF_Page_MoveTo(page_, leftEdge, y);
        HPDF_Page_LineTo(page_, rightEdge, y);
        HPDF_Page_Stroke(page_);
    }

    /// The text in lines that are no wider.
    [[nodiscard]] std::vector<std::string> wrapped(std::string_view text, float width, float size,
                                                   bool isBold = false) const {
        std::vector<std::string> lines;
        while (!text.empty()) {
            auto const end = std::min(text.find('\n'), text.size());
            wrapParagraph(printable(text.substr(0, end)), width, size, isBold, lines);
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        return lines;
    }

    std::string finish() {
        if (HPDF_GetError(pdf_.get()) != HPDF_OK || HPDF_SaveToStream(pdf_.get()) != HPDF_OK) fail();
        std::string bytes(HPDF_GetStreamSize(pdf_.get()), '\0');
        auto size = static_cast<HPDF_UINT32>(bytes.size());
        HPDF_ResetStream(pdf_.get());
        HPDF_ReadFromStream(pdf_.get(), reinterpret_cast<HPDF_BYTE *>(bytes.data()), &size);
        bytes.resize(size);
        return bytes;
    }

  private:
    [[noreturn]] void fail() const {
        throw Error(ErrorCode::internal,
                    "The document could not be made (error " + std::to_string(HPDF_GetError(pdf_.get())) + ").");
    }

    HPDF_Font load(const std::string &file) {
        const char *const name = HPDF_LoadTTFontFromFile(pdf_.get(), file.c_str(), HPDF_TRUE);
        HPDF_Font const font = name == nullptr ? nullptr : HPDF_GetFont(pdf_.get(), name, "UTF-8");
        if (font == nullptr) unavailable("The server's font cannot be read.");
        return font;
    }

    void wrapParagraph(const std::string &text, float width, float size, bool isBold,
                       std::vector<std::string> &lines) const {
        std::string line;
        std::size_t start = 0;
        while (start <= text.size()) {
            std::size_t const end = std::min(text.find(' ', start), text.size());
            std::string word = text.substr(start, end - start);
            start = end + 1;
            std::string longer = line.empty() ? word : line + ' ' + word;
            if (widthOf(longer, size, isBold) <= width) {
                line = std::move(longer);
                continue;
            }
            if (!line.empty()) lines.push_back(std::move(line));
            while (widthOf(word, size, isBold) > width) {
                std::size_t const fitting = fits(word, width, size, isBold);
                lines.push_back(word.substr(0, fitting));
                word.erase(0, fitting);
            }
            line = std::move(word);
        }
        lines.push_back(std::move(line));
    }

    /// How many bytes of a word, in whole characters and at least one of these, are no wider.
    [[nodiscard]] std::size_t fits(const std::string &word, float width, float size, bool isBold) const {
        std::size_t good = 0;
        for (std::size_t end = 1; end <= word.size(); ++end) {
            if (end < word.size() && (static_cast<unsigned char>(word[end]) & 0xC0U) == 0x80U) continue;
            if (good > 0 && widthOf(word.substr(0, end), size, isBold) > width) break;
            good = end;
        }
        return good;
    }

    std::unique_ptr<std::remove_pointer_t<HPDF_Doc>, decltype(&HPDF_Free)> pdf_;
    HPDF_Font regular_ = nullptr;
    HPDF_Font bold_ = nullptr;
    HPDF_Page page_ = nullptr;
    std::vector<HPDF_Page> pages_;
};

/// Draws one quote from the top to the bottom, on as many pages as it takes.
class Drawing {
  public:
    Drawing(const Quote &quote, int decimals) : quote_(quote), decimals_(decimals), language_(languageOf(quote)) {}

    std::string draw() {
        paper_.title(word(QuoteWord::quote) + ' ' + quote_.number.value_or(""));
        paper_.newPage();
        head();
        parties();
        table();
        sums();
        closing();
        footers();
        return paper_.finish();
    }

  private:
    [[nodiscard]] std::string word(QuoteWord which) const { return std::string(quoteWord(which, language_)); }
    [[nodiscard]] std::string number(const std::optional<Decimal> &value, int decimals) const {
        return value ? formatNumber(*value, decimals, language_) : std::string();
    }

    /// Goes down; to a new page when there is no room for so much.
    void need(float height) {
        if (y_ - height >= bottom) return;
        paper_.newPage();
        y_ = top;
        if (inTable_) tableHead();
    }
    void paragraph(std::string_view text, float left, float right, float size = normal, bool isBold = false) {
        for (const std::string &line : paper_.wrapped(text, right - left, size, isBold)) {
            need(size * leading);
            y_ -= size * leading;
            paper_.write(left, y_, line, size, isBold);
        }
    }

    void head() {
        y_ -= large;
        paper_.write(leftEdge, y_, word(QuoteWord::quote), large, true);
        float right = y_ + 4;
        auto const fact = [&](QuoteWord label, const std::string &value) {
            paper_.write(360, right, word(label), normal);
            paper_.writeRight(rightEdge, right, value, normal, true);
            right -= normal * leading;
        };
        fact(QuoteWord::quote, printable(quote_.number.value_or("")));
        fact(QuoteWord::revision, std::to_string(quote_.revision.value_or(1)));
        if (auto const day = quote_.sentAt ? quote_.sentAt : quote_.updatedAt) {
            fact(QuoteWord::date, formatDate(*Date::parse(day->toString().substr(0, 10)), language_));
        }
        if (quote_.validUntil) fact(QuoteWord::validUntil, formatDate(*quote_.validUntil, language_));
        y_ -= 6;
        paragraph(quote_.name.value_or(""), leftEdge, 340, normal + 2);
        if (quote_.stage == "draft" || quote_.stage == "inReview") {
            y_ -= 4;
            paragraph(word(QuoteWord::draft), leftEdge, 340, normal, true);
        }
        y_ = std::min(y_, right) - 14;
    }

    void parties() {
        std::string to = quote_.recipientName.value_or("");
        if (quote_.billingAddress) to += (to.empty() ? "" : "\n") + *quote_.billingAddress;
        float const start = y_;
        float lowest = y_;
        auto const column = [&](QuoteWord label, const std::string &text, float left, float right) {
            if (text.empty()) return;
            y_ = start;
            paragraph(word(label), left, right, small, true);
            paragraph(text, left, right);
            lowest = std::min(lowest, y_);
        };
        column(QuoteWord::recipient, to, leftEdge, 280);
        // A text that has gone to the next page takes the other column with it.
        if (paper_.pages() == 1)
            column(QuoteWord::shippingAddress, quote_.shippingAddress.value_or(""), 300, rightEdge);
        y_ = lowest - 18;
    }

    void tableHead() {
        need(3 * normal);
        y_ -= small * leading;
        paper_.write(leftEdge, y_, word(QuoteWord::position), small, true);
        paper_.write(descriptionLeft, y_, word(QuoteWord::description), small, true);
        paper_.writeRight(quantityRight, y_, word(QuoteWord::quantity), small, true);
        paper_.writeRight(priceRight, y_, word(QuoteWord::unitPrice), small, true);
        paper_.writeRight(discountRight, y_, word(QuoteWord::discount), small, true);
        paper_.writeRight(taxRight, y_, word(QuoteWord::taxShort), small, true);
        paper_.writeRight(rightEdge, y_, word(QuoteWord::amount), small, true);
        y_ -= 4;
        paper_.rule(y_);
        y_ -= 2;
    }

    void table() {
        inTable_ = false;
        tableHead();
        inTable_ = true;
        int position = 0;
        for (const QuoteBlock &block : blocksOf(quote_)) {
            if (block.group != nullptr) groupHead(*block.group);
            for (const QuoteLine *const line : block.lines) row(*line, ++position);
            if (block.group != nullptr) groupSum(*block.group);
        }
        inTable_ = false;
        paper_.rule(y_ - 3);
        y_ -= 6;
        bool const anyOptional =
            std::ranges::any_of(quote_.lines, [](const QuoteLine &line) { return line.isOptional.value_or(false); });
        if (anyOptional) paragraph(word(QuoteWord::optionalNote), leftEdge, rightEdge, small);
    }

    void groupHead(const QuoteGroup &group) {
        need(4 * normal * leading);  // never alone at the end of a page
        y_ -= 4;
        paragraph(group.name.value_or(""), leftEdge, rightEdge, normal, true);
    }

    void groupSum(const QuoteGroup &group) {
        need(2 * normal);
        y_ -= normal * leading;
        std::string const amount = number(group.subtotal, decimals_);
        float const labelRight = rightEdge - paper_.widthOf(amount, normal, true) - 12;
        auto const label = paper_.wrapped(word(QuoteWord::subtotal) + ' ' + group.name.value_or(""),
                                          labelRight - descriptionLeft, normal, true);
        paper_.writeRight(labelRight, y_, label.empty() ? std::string() : label.front(), normal, true);
        paper_.writeRight(rightEdge, y_, amount, normal, true);
        y_ -= 4;
    }

    void row(const QuoteLine &line, int position) {
        std::string name = line.name.value_or("");
        if (line.isOptional.value_or(false)) name += " (" + word(QuoteWord::optional) + ')';
        need(2 * normal * leading);
        float const first = y_ - normal * leading;
        paper_.write(leftEdge, first, std::to_string(position));
        std::string quantity = number(line.quantity, 0);
        if (line.unit) quantity += ' ' + printable(*line.unit);
        figure(quantityRight, quantityRight - descriptionRight - 4, first, quantity);
        figure(priceRight, priceRight - quantityRight - 4, first, number(line.unitPrice, decimals_));
        figure(discountRight, discountRight - priceRight - 4, first, discountTextOf(line, decimals_, language_));
        figure(taxRight, taxRight - discountRight - 4, first,
               line.taxPercent ? formatPercent(*line.taxPercent, language_) : std::string());
        figure(rightEdge, rightEdge - taxRight - 4, first, number(line.net, decimals_));
        paragraph(name, descriptionLeft, descriptionRight);
        if (line.description) paragraph(*line.description, descriptionLeft, descriptionRight, small);
        std::string const period = periodOf(line, language_);
        if (!period.empty()) paragraph(period, descriptionLeft, descriptionRight, small);
        y_ -= 3;
    }

    /// A number in its column; smaller when it is long, so that no two run into each other.
    void figure(float right, float width, float y, const std::string &text) {
        float size = normal;
        while (size > 4 && paper_.widthOf(text, size, false) > width) size -= 0.5F;
        paper_.writeRight(right, y, text, size);
    }

    void sums() {
        y_ -= 6;
        for (const QuoteSum &sum : sumsOf(quote_, decimals_, language_)) {
            need(2 * normal * leading);
            y_ -= normal * leading + (sum.isTotal ? 3 : 0);
            paper_.writeRight(420, y_, sum.label, normal, sum.isTotal);
            paper_.writeRight(rightEdge, y_, sum.amount, normal, sum.isTotal);
        }
    }

    void section(QuoteWord heading, const std::optional<std::string> &text) {
        if (!text || text->empty()) return;
        need(4 * normal);
        y_ -= 12;
        paragraph(word(heading), leftEdge, rightEdge, normal, true);
        paragraph(*text, leftEdge, rightEdge, normal);
    }

    void closing() {
        section(QuoteWord::paymentTerms, quote_.paymentTerms);
        section(QuoteWord::terms, quote_.terms);
        if (quote_.stage == "sent") section(QuoteWord::acceptOnline, quote_.acceptUrl);
    }

    void footers() {
        std::string const whose = word(QuoteWord::quote) + ' ' + printable(quote_.number.value_or("")) + ", " +
                                  word(QuoteWord::revision) + ' ' + std::to_string(quote_.revision.value_or(1));
        for (std::size_t i = 0; i < paper_.pages(); ++i) {
            paper_.turnTo(i);
            paper_.rule(footer + 12, 0.25F);
            paper_.write(leftEdge, footer, whose, small);
            paper_.writeRight(rightEdge, footer,
                              word(QuoteWord::page) + ' ' + std::to_string(i + 1) + ' ' + word(QuoteWord::of) + ' ' +
                                  std::to_string(paper_.pages()),
                              small);
        }
    }

    const Quote &quote_;
    int decimals_;
    Language language_;
    Paper paper_;
    float y_ = top;
    bool inTable_ = false;
};

}  // namespace

QuoteDocument drawQuote(const Quote &quote, int decimals) {
    QuoteDocument document;
    document.fileName = quote.number.value_or("quote") + "-" + std::to_string(quote.revision.value_or(1)) + ".pdf";
    document.contentType = "application/pdf";
    fiber::offload([&] { document.content = Drawing(quote, decimals).draw(); });
    return document;
}

QuoteDocument getQuoteDocument(LeadService &service, const auth::Caller &caller, const GetQuoteDocument &input) {
    auto const record =
        service.operations().retrieve(caller, {Quote::contractType().entity, input.quoteId.value_or(""), {}, {}, {}});
    const auto &quote = static_cast<const Quote &>(*record);
    return drawQuote(quote, service.catalogue().settings()->decimalsOf(quote.currency.value_or("")));
}

}  // namespace kontor::lead
