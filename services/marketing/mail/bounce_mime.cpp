#include "services/marketing/mail/bounce_mime.h"

#include <gmime/gmime.h>

#include <algorithm>
#include <memory>

namespace kontor::marketing {

namespace {

constexpr std::size_t maximumRead = 1024UL * 1024;
constexpr std::size_t maximumPart = 64UL * 1024;
constexpr std::size_t maximumField = 500;
constexpr std::size_t maximumFields = 500;
constexpr std::size_t maximumStructure = 100;  // parts; GMime goes down into them by recursion

struct Unreference {
    template <typename T> void operator()(T *object) const { g_object_unref(object); }
};
template <typename T> using Owned = std::unique_ptr<T, Unreference>;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string lowered(std::string_view text) {
    std::string out;
    std::ranges::transform(text, std::back_inserter(out), lower);
    return out;
}

std::string_view trimmed(std::string_view text) {
    auto const begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

/// One line, which is taken away from the text.
std::string_view takeLine(std::string_view &text) {
    auto const end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

/// How many lines begin like a header that opens a part. No part is deeper than twice that: in a digest, messages need
/// no such header.
std::size_t countParts(std::string_view raw) {
    static constexpr std::string_view header = "content-type";
    std::size_t count = 0;
    while (!raw.empty()) {
        std::string_view const line = takeLine(raw);
        if (line.size() > header.size() && std::ranges::equal(line.substr(0, header.size()), header, {}, lower))
            ++count;
    }
    return count;
}

/// A part without its transfer encoding.
std::string contentOf(GMimePart *part) {
    GMimeDataWrapper *content = g_mime_part_get_content(part);
    if (content == nullptr) return {};
    Owned<GMimeStream> const stream(g_mime_stream_mem_new());
    g_mime_data_wrapper_write_to_stream(content, stream.get());
    GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream.get()));
    return {reinterpret_cast<const char *>(bytes->data), std::min<std::size_t>(bytes->len, maximumPart)};
}

Fields fieldsOf(GMimeObject *object) {
    GMimeHeaderList *list = g_mime_object_get_header_list(object);
    int const count = std::min(g_mime_header_list_get_count(list), static_cast<int>(maximumFields));
    Fields fields;
    for (int number = 0; number < count; ++number) {
        GMimeHeader *header = g_mime_header_list_get_header_at(list, number);
        const char *value = g_mime_header_get_value(header);
        fields.push_back({lowered(g_mime_header_get_name(header)), cleanText(value == nullptr ? "" : value)});
    }
    return fields;
}

/// HTML as far as it matters here: what stands between tags.
std::string withoutTags(std::string_view html) {
    std::string text;
    bool inside = false;
    for (char const c : html) {
        if (c == '<') inside = true;
        if (!inside) text += c;
        if (c == '>' && inside) {
            inside = false;
            text += ' ';
        }
    }
    return text;
}

void takePart(ReturnedParts &parts, GMimePart *part) {
    GMimeContentType *type = g_mime_object_get_content_type(GMIME_OBJECT(part));
    auto const is = [&](const char *media, const char *subtype) {
        return g_mime_content_type_is_type(type, media, subtype) != FALSE;
    };
    if (is("message", "delivery-status") || is("message", "global-delivery-status")) {
        if (parts.deliveryStatus.empty()) parts.deliveryStatus = contentOf(part);
    } else if (is("message", "feedback-report")) {
        if (parts.feedback.empty()) parts.feedback = contentOf(part);
    } else if (is("message", "disposition-notification") || is("message", "global-disposition-notification")) {
        parts.readReceipt = true;
    } else if (is("text", "rfc822-headers") || is("message", "global-headers")) {
        auto groups = readFieldGroups(contentOf(part));
        if (parts.original.empty() && !groups.empty()) parts.original = std::move(groups.front());
    } else if (is("text", "html")) {
        if (parts.text.empty()) parts.text = withoutTags(contentOf(part));
    } else if (is("text", "*")) {
        parts.text += contentOf(part);
        parts.text.resize(std::min(parts.text.size(), maximumPart));
    }
}

void walk(ReturnedParts &parts, GMimeObject *object) {
    if (object == nullptr) return;
    if (GMIME_IS_MULTIPART(object)) {
        const char *report = g_mime_object_get_content_type_parameter(object, "report-type");
        if (report != nullptr && parts.reportType.empty()) parts.reportType = lowered(report);
        int const count =
            std::min(g_mime_multipart_get_count(GMIME_MULTIPART(object)), static_cast<int>(maximumStructure));
        for (int number = 0; number < count; ++number)
            walk(parts, g_mime_multipart_get_part(GMIME_MULTIPART(object), number));
    } else if (GMIME_IS_MESSAGE_PART(object)) {
        // What came back: its head matters, its text would be taken for the report's.
        GMimeMessage *message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
        if (message != nullptr && parts.original.empty()) parts.original = fieldsOf(GMIME_OBJECT(message));
    } else if (GMIME_IS_PART(object)) {
        takePart(parts, GMIME_PART(object));
    }
}

}  // namespace

std::string_view valueOf(const Fields &fields, std::string_view name) {
    auto const found = std::ranges::find(fields, name, &Field::name);
    return found == fields.end() ? std::string_view() : std::string_view(found->value);
}

std::string cleanText(std::string_view text) {
    std::string clean;
    bool space = false;
    for (char const c : text.substr(0, 4 * maximumField)) {
        if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7F) {
            space = !clean.empty();
            continue;
        }
        if (space) clean += ' ';
        space = false;
        clean += c;
    }
    std::unique_ptr<char, decltype(&g_free)> const valid(
        g_utf8_make_valid(clean.data(), static_cast<gssize>(clean.size())), &g_free);
    clean = valid.get();
    if (clean.size() > maximumField) {
        std::size_t end = maximumField;
        while (end > 0 && (static_cast<unsigned char>(clean[end]) & 0xC0U) == 0x80U) --end;
        clean.resize(end);
    }
    return clean;
}

std::vector<Fields> readFieldGroups(std::string_view text) {
    std::vector<Fields> groups(1);
    std::size_t count = 0;
    while (!text.empty() && count < maximumFields) {
        std::string_view const line = takeLine(text);
        Fields &group = groups.back();
        if (trimmed(line).empty()) {
            if (!group.empty()) groups.emplace_back();
            continue;
        }
        bool const continues = line.starts_with(' ') || line.starts_with('\t');
        auto const colon = line.find(':');
        if (continues && !group.empty()) {
            std::string &value = group.back().value;
            if (value.size() < 4 * maximumField) value.append(" ").append(trimmed(line));
        } else if (!continues && colon != std::string_view::npos && colon > 0 && colon < 100) {
            group.push_back({lowered(trimmed(line.substr(0, colon))), std::string(trimmed(line.substr(colon + 1)))});
            ++count;
        }
    }
    if (groups.back().empty()) groups.pop_back();
    for (Fields &group : groups) {
        for (Field &field : group) field.value = cleanText(field.value);
    }
    return groups;
}

ReturnedParts readParts(std::string_view raw) {
    [[maybe_unused]] static bool const initialised = [] {
        g_mime_init();
        return true;
    }();
    ReturnedParts parts;
    raw = raw.substr(0, maximumRead);
    if (countParts(raw) > maximumStructure) {
        parts.tooComplex = true;
        return parts;
    }
    Owned<GMimeStream> const stream(g_mime_stream_mem_new_with_buffer(raw.data(), raw.size()));
    Owned<GMimeParser> const parser(g_mime_parser_new_with_stream(stream.get()));
    GMimeMessage *read = g_mime_parser_construct_message(parser.get(), nullptr);
    if (read == nullptr) return parts;
    Owned<GMimeMessage> const message(read);
    parts.head = fieldsOf(GMIME_OBJECT(message.get()));
    parts.readable = !parts.head.empty();
    walk(parts, g_mime_message_get_mime_part(message.get()));
    return parts;
}

}  // namespace kontor::marketing
