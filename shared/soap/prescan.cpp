#include "shared/soap/prescan.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace kontor::soap {

namespace {

constexpr bool isSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// XML 1.0 Char
constexpr bool isLegal(std::uint32_t point) {
    return point == 0x9 || point == 0xA || point == 0xD || (point >= 0x20 && point <= 0xD7FF) ||
           (point >= 0xE000 && point <= 0xFFFD) || (point >= 0x10000 && point <= 0x10FFFF);
}

/// What a byte means inside character data.
enum class Meaning : std::uint8_t { plain, illegal, lead, markup, reference, bracket };

constexpr std::array<Meaning, 256> meanings = [] {
    std::array<Meaning, 256> table{};
    for (std::size_t i = 0; i < table.size(); ++i) {
        table[i] = i < 0x20 ? Meaning::illegal : i < 0x80 ? Meaning::plain : Meaning::lead;
    }
    table['\t'] = table['\n'] = table['\r'] = Meaning::plain;
    table['<'] = Meaning::markup;
    table['&'] = Meaning::reference;
    table[']'] = Meaning::bracket;
    return table;
}();

constexpr std::array<bool, 256> nameBytes = [] {
    std::array<bool, 256> table{};
    for (std::size_t i = 0x80; i < table.size(); ++i) table[i] = true;
    for (char c = 'a'; c <= 'z'; ++c) table[static_cast<unsigned char>(c)] = true;
    for (char c = 'A'; c <= 'Z'; ++c) table[static_cast<unsigned char>(c)] = true;
    for (char c = '0'; c <= '9'; ++c) table[static_cast<unsigned char>(c)] = true;
    for (char const c : {'-', '_', '.', ':'}) table[static_cast<unsigned char>(c)] = true;
    return table;
}();

std::string_view localName(std::string_view name) {
    auto const colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::string_view prefixOf(std::string_view name) {
    auto const colon = name.find(':');
    return colon == std::string_view::npos ? std::string_view{} : name.substr(0, colon);
}

struct Attribute {
    std::string_view name, value;
};

class Scanner {
  public:
    explicit Scanner(std::string_view text) : begin_(text.data()), at_(begin_), end_(begin_ + text.size()) {}

    Scan run() {
        skipDeclaration();
        skipMisc();
        if (at_ == end_) fail("there is no element");
        char const *const start = at_;
        element();
        while (depth_ > 0) content();
        skipMisc();
        if (at_ != end_) fail("something follows the Envelope");
        if (scan_.operation.empty()) fail("the Envelope has no Body with an element in it");
        scan_.xml = {start, static_cast<std::size_t>(end_ - start)};
        return scan_;
    }

  private:
    [[noreturn]] void fail(const std::string &what) const {
        throw Error(ErrorCode::malformed,
                    "The message cannot be read: " + what + " (at byte " + std::to_string(at_ - begin_) + ").");
    }
    [[nodiscard]] std::string_view rest() const { return {at_, static_cast<std::size_t>(end_ - at_)}; }
    [[nodiscard]] bool take(std::string_view expected) {
        if (!rest().starts_with(expected)) return false;
        at_ += expected.size();
        return true;
    }
    void skipSpace() {
        while (at_ != end_ && isSpace(*at_)) ++at_;
    }

    /// `<?xml … ?>` at the very start; its encoding is toUtf8's concern.
    void skipDeclaration() {
        if (!rest().starts_with("<?xml") || rest().size() < 6 || !isSpace(at_[5])) return;
        auto const close = rest().find("?>");
        if (close > 256) fail("the XML declaration does not end");
        for (char const c : rest().substr(0, close)) {
            if (static_cast<unsigned char>(c) >= 0x80 || (static_cast<unsigned char>(c) < 0x20 && !isSpace(c))) {
                fail("the XML declaration is not one");
            }
        }
        at_ += close + 2;
    }

    /// White space and comments outside the Envelope.
    void skipMisc() {
        for (;;) {
            skipSpace();
            if (at_ == end_) return;
            if (*at_ != '<') fail("there is text outside the Envelope");
            if (!rest().starts_with("<!--")) {
                refuseDeclarations();
                return;
            }
            comment();
        }
    }

    void refuseDeclarations() {
        if (rest().starts_with("<!DOCTYPE")) fail("a document type declaration is not allowed");
        if (rest().starts_with("<!ENTITY")) fail("an entity declaration is not allowed");
        if (rest().starts_with("<?")) fail("a processing instruction is not allowed");
        if (rest().starts_with("<!") && !rest().starts_with("<!--") && !rest().starts_with("<![CDATA[")) {
            fail("a declaration is not allowed");
        }
    }

    void multibyte() {
        auto const lead = static_cast<unsigned char>(*at_);
        int const more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
        constexpr std::array<std::uint32_t, 4> smallest{0, 0x80, 0x800, 0x10000};
        if (lead < 0xC2 || lead > 0xF4 || end_ - at_ <= more) fail("a byte is not UTF-8");
        std::uint32_t point = lead & (0x3FU >> static_cast<unsigned>(more));
        for (int i = 1; i <= more; ++i) {
            auto const next = static_cast<unsigned char>(at_[i]);
            if ((next & 0xC0U) != 0x80) fail("a byte is not UTF-8");
            point = (point << 6U) | (next & 0x3FU);
        }
        if (point < smallest[static_cast<std::size_t>(more)] || (point >= 0xD800 && point <= 0xDFFF) ||
            point > 0x10FFFF) {
            fail("a byte is not UTF-8");
        }
        if (!isLegal(point)) fail("a character is not legal in XML");
        at_ += more + 1;
    }

    void reference() {
        auto const semicolon = rest().substr(0, 16).find(';');
        if (semicolon == std::string_view::npos) fail("an ampersand starts no reference");
        std::string_view const name = rest().substr(1, semicolon - 1);
        if (name.starts_with('#')) {
            characterReference(name.substr(1));
        } else if (name != "amp" && name != "lt" && name != "gt" && name != "quot" && name != "apos") {
            fail("an entity is not defined");
        }
        at_ += semicolon + 1;
    }

    void characterReference(std::string_view digits) {
        bool const hexadecimal = digits.starts_with('x');
        if (hexadecimal) digits.remove_prefix(1);
        std::uint64_t point = 0;
        bool valid = !digits.empty();
        for (char const c : digits) {
            int digit = -1;
            if (c >= '0' && c <= '9') digit = c - '0';
            if (hexadecimal && c >= 'a' && c <= 'f') digit = c - 'a' + 10;
            if (hexadecimal && c >= 'A' && c <= 'F') digit = c - 'A' + 10;
            valid = valid && digit >= 0;
            point = point * (hexadecimal ? 16 : 10) + static_cast<std::uint64_t>(std::max(digit, 0));
        }
        if (!valid) fail("a character reference is not a number");
        if (point > 0x10FFFF || !isLegal(static_cast<std::uint32_t>(point))) {
            fail("a character reference names no legal character");
        }
    }

    /// Characters up to `terminator` in which nothing but legality matters.
    void opaque(std::string_view terminator, const char *what) {
        while (at_ != end_) {
            if (*at_ == terminator.front() && take(terminator)) return;
            switch (meanings[static_cast<unsigned char>(*at_)]) {
            case Meaning::illegal:
                fail("a character is not legal in XML");
            case Meaning::lead:
                multibyte();
                break;
            default:
                ++at_;
            }
        }
        fail(what);
    }

    void comment() {
        at_ += 4;
        opaque("--", "a comment does not end");
        if (!take(">")) fail("a comment has \"--\" in it");
    }

    std::string_view name() {
        char const *const start = at_;
        if (at_ == end_ || (*at_ >= '0' && *at_ <= '9') || *at_ == '-' || *at_ == '.' || *at_ == ':') {
            fail("a name is expected");
        }
        bool prefixed = false;
        while (at_ != end_ && nameBytes[static_cast<unsigned char>(*at_)]) {
            if (static_cast<unsigned char>(*at_) >= 0x80) {
                multibyte();
                continue;
            }
            if (*at_ == ':') {
                if (prefixed) fail("a name has two colons");
                prefixed = true;
            }
            ++at_;
        }
        auto const length = static_cast<std::size_t>(at_ - start);
        if (length == 0 || at_[-1] == ':') fail("a name is expected");
        if (length > maximumNameLength) fail("a name is longer than " + std::to_string(maximumNameLength) + " bytes");
        return {start, length};
    }

    std::string_view attributeValue() {
        skipSpace();
        if (!take("=")) fail("an attribute has no value");
        skipSpace();
        if (at_ == end_ || (*at_ != '"' && *at_ != '\'')) fail("an attribute's value is not quoted");
        char const quote = *at_++;
        char const *const start = at_;
        while (at_ != end_ && *at_ != quote) {
            switch (meanings[static_cast<unsigned char>(*at_)]) {
            case Meaning::illegal:
                fail("a character is not legal in XML");
            case Meaning::lead:
                multibyte();
                break;
            case Meaning::reference:
                reference();
                break;
            case Meaning::markup:
                fail("an attribute's value has \"<\" in it");
            default:
                ++at_;
            }
        }
        if (at_ == end_) fail("an attribute's value does not end");
        std::string_view const value{start, static_cast<std::size_t>(at_ - start)};
        ++at_;
        return value;
    }

    /// Reads attributes into attributes_ and stops before ">" or "/>".
    void attributes() {
        attributeCount_ = 0;
        for (;;) {
            bool const separated = at_ != end_ && isSpace(*at_);
            skipSpace();
            if (at_ == end_) fail("a tag does not end");
            if (*at_ == '>' || *at_ == '/') return;
            if (!separated) fail("attributes are not separated");
            if (attributeCount_ == maximumAttributes) {
                fail("an element has more than " + std::to_string(maximumAttributes) + " attributes");
            }
            Attribute &attribute = attributes_[attributeCount_];
            attribute.name = name();
            attribute.value = attributeValue();
            for (std::size_t i = 0; i < attributeCount_; ++i) {
                if (attributes_[i].name == attribute.name) fail("an attribute is given twice");
            }
            ++attributeCount_;
            if (attribute.name == "xmlns" || attribute.name.starts_with("xmlns:")) declareNamespace();
        }
    }

    void declareNamespace() {
        ++namespaces_;
        ++declared_[depth_];
        if (namespaces_ > maximumNamespaces) {
            fail("more than " + std::to_string(maximumNamespaces) + " namespaces are declared");
        }
    }

    /// A start tag, its '<' being next.
    void element() {
        ++at_;
        if (depth_ == maximumDepth) fail("elements are nested deeper than " + std::to_string(maximumDepth));
        declared_[depth_] = 0;
        std::string_view const tag = name();
        attributes();
        enter(tag);
        if (take("/>")) {
            namespaces_ -= declared_[depth_];
            leave();
        } else if (take(">")) {
            open_[depth_++] = tag;
        } else {
            fail("a tag does not end");
        }
    }

    /// The shape that SOAP asks for: Envelope, in it an optional Header and a Body, in that one element.
    void enter(std::string_view tag) {
        std::string_view const local = localName(tag);
        if (depth_ == 0) {
            if (local != "Envelope") fail("the first element is not an Envelope");
            std::string const declaration =
                prefixOf(tag).empty() ? "xmlns" : std::string("xmlns:").append(prefixOf(tag));
            for (std::size_t i = 0; i < attributeCount_; ++i) {
                if (attributes_[i].name != declaration) continue;
                if (attributes_[i].value == envelope11) scan_.version = 1;
                if (attributes_[i].value == envelope12) scan_.version = 2;
            }
        } else if (depth_ == 1) {
            if (inBody_) fail("something follows the Body");
            if (local == "Body") {
                inBody_ = true;
            } else if (local != "Header" || headers_++ > 0) {
                fail("the Envelope holds something other than one Header and one Body");
            }
        } else if (depth_ == 2 && inBody_) {
            if (!scan_.operation.empty()) fail("the Body has more than one element");
            scan_.operation = local;
            operationStart_ = tag.data() - 1;
        }
    }

    void endTag() {
        at_ += 2;
        std::string_view const tag = name();
        skipSpace();
        if (!take(">")) fail("a tag does not end");
        if (open_[--depth_] != tag) fail("an end tag does not match its start tag");
        namespaces_ -= declared_[depth_];
        leave();
    }

    /// An element has ended, its parent being at depth_ - 1.
    void leave() {
        if (depth_ == 2 && operationStart_ != nullptr && scan_.operationXml.empty()) {
            scan_.operationXml = {operationStart_, static_cast<std::size_t>(at_ - operationStart_)};
        }
    }

    void markup() {
        if (rest().starts_with("</")) return endTag();
        if (rest().starts_with("<!--")) return comment();
        if (take("<![CDATA[")) {
            if (depth_ < 3) fail("there is text between the parts of the Envelope");
            return opaque("]]>", "a CDATA section does not end");
        }
        refuseDeclarations();
        element();
    }

    /// Character data up to and with the next tag.
    void content() {
        char const *const start = at_;
        while (at_ != end_) {
            switch (meanings[static_cast<unsigned char>(*at_)]) {
            case Meaning::plain:
                ++at_;
                break;
            case Meaning::illegal:
                fail("a character is not legal in XML");
            case Meaning::lead:
                multibyte();
                break;
            case Meaning::reference:
                reference();
                break;
            case Meaning::bracket:
                if (rest().starts_with("]]>")) fail("\"]]>\" stands outside a CDATA section");
                ++at_;
                break;
            case Meaning::markup:
                if (depth_ < 3 && !std::all_of(start, at_, isSpace) && inEnvelopeShape()) {
                    fail("there is text between the parts of the Envelope");
                }
                return markup();
            }
        }
        fail("the document stops halfway");
    }

    /// Directly in Envelope or Body, where only elements may stand.
    [[nodiscard]] bool inEnvelopeShape() const { return depth_ == 1 || inBody_; }

    char const *begin_;
    char const *at_;
    char const *end_;
    std::array<std::string_view, maximumDepth> open_{};
    std::array<std::size_t, maximumDepth + 1> declared_{};
    std::array<Attribute, maximumAttributes> attributes_{};
    std::size_t attributeCount_ = 0;
    std::size_t depth_ = 0;
    std::size_t namespaces_ = 0;
    int headers_ = 0;
    bool inBody_ = false;
    char const *operationStart_ = nullptr;
    Scan scan_;
};

void appendUtf8(std::string &out, std::uint32_t point) {
    auto const add = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (point < 0x80) {
        add(point);
    } else if (point < 0x800) {
        add(0xC0U | (point >> 6U));
        add(0x80U | (point & 0x3FU));
    } else if (point < 0x10000) {
        add(0xE0U | (point >> 12U));
        add(0x80U | ((point >> 6U) & 0x3FU));
        add(0x80U | (point & 0x3FU));
    } else {
        add(0xF0U | (point >> 18U));
        add(0x80U | ((point >> 12U) & 0x3FU));
        add(0x80U | ((point >> 6U) & 0x3FU));
        add(0x80U | (point & 0x3FU));
    }
}

void transcodeUtf16(std::string_view body, bool bigEndian, std::string &out) {
    auto const bad = [] { return Error(ErrorCode::malformed, "The message cannot be read: it is not valid UTF-16."); };
    if (body.size() % 2 != 0) throw bad();
    auto const unitAt = [&](std::size_t i) -> std::uint32_t {
        auto const first = static_cast<unsigned char>(body[i]);
        auto const second = static_cast<unsigned char>(body[i + 1]);
        return bigEndian ? (first << 8U | second) : (second << 8U | first);
    };
    out.reserve(body.size());
    for (std::size_t i = 0; i < body.size(); i += 2) {
        std::uint32_t point = unitAt(i);
        if (point >= 0xDC00 && point <= 0xDFFF) throw bad();
        if (point >= 0xD800 && point <= 0xDBFF) {
            i += 2;
            if (i >= body.size()) throw bad();
            std::uint32_t const low = unitAt(i);
            if (low < 0xDC00 || low > 0xDFFF) throw bad();
            point = 0x10000 + ((point - 0xD800) << 10U) + (low - 0xDC00);
        }
        appendUtf8(out, point);
    }
}

bool equalsIgnoringCase(std::string_view a, std::string_view b) {
    auto const lower = [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); };
    return std::ranges::equal(a, b, {}, lower, lower);
}

/// The encoding that an XML declaration names; empty when it names none.
std::string_view declaredEncoding(std::string_view body) {
    if (!body.starts_with("<?xml")) return {};
    std::string_view declaration = body.substr(0, body.substr(0, 256).find("?>"));
    auto const name = declaration.find("encoding");
    if (name == std::string_view::npos) return {};
    declaration.remove_prefix(name + 8);
    auto const open = declaration.find_first_of("\"'");
    if (open == std::string_view::npos) return {};
    auto const close = declaration.find(declaration[open], open + 1);
    if (close == std::string_view::npos) return {};
    return declaration.substr(open + 1, close - open - 1);
}

enum class Encoding : std::uint8_t { utf8, utf16Little, utf16Big, latin1 };

Encoding encodingOf(std::string_view body, std::string_view charset) {
    // What the bytes themselves say is not to be argued with: a byte order mark, or "<" in two bytes.
    if (body.starts_with("\xFF\xFE") || body.starts_with(std::string_view("<\0", 2))) return Encoding::utf16Little;
    if (body.starts_with("\xFE\xFF") || body.starts_with(std::string_view("\0<", 2))) return Encoding::utf16Big;
    if (body.starts_with("\xEF\xBB\xBF")) return Encoding::utf8;
    std::string_view const named = charset.empty() ? declaredEncoding(body) : charset;
    if (named.empty() || equalsIgnoringCase(named, "utf-8") || equalsIgnoringCase(named, "utf8") ||
        equalsIgnoringCase(named, "us-ascii")) {
        return Encoding::utf8;
    }
    if (equalsIgnoringCase(named, "iso-8859-1") || equalsIgnoringCase(named, "latin1")) return Encoding::latin1;
    if (equalsIgnoringCase(named, "utf-16be")) return Encoding::utf16Big;
    if (equalsIgnoringCase(named, "utf-16") || equalsIgnoringCase(named, "utf-16le")) return Encoding::utf16Little;
    throw Error(ErrorCode::unsupportedMediaType, "The message must be in UTF-8, UTF-16 or ISO-8859-1.");
}

}  // namespace

std::string_view toUtf8(std::string_view body, std::string_view charset, std::string &storage) {
    Encoding const encoding = encodingOf(body, charset);
    if (encoding == Encoding::utf8) {
        if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
        return body;
    }
    storage.clear();
    if (encoding == Encoding::latin1) {
        storage.reserve(body.size() + body.size() / 8);
        for (char const c : body) appendUtf8(storage, static_cast<unsigned char>(c));
        return storage;
    }
    if (body.starts_with("\xFF\xFE") || body.starts_with("\xFE\xFF")) body.remove_prefix(2);
    transcodeUtf16(body, encoding == Encoding::utf16Big, storage);
    return storage;
}

Scan scanEnvelope(std::string_view utf8) { return Scanner(utf8).run(); }

}  // namespace kontor::soap
