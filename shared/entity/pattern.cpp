#include "shared/entity/pattern.h"

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <utility>

namespace kontor::entity {

namespace {

constexpr char32_t lastCharacter = 0x10ffff;
constexpr std::size_t maximumStates = 4000;
constexpr int unlimited = -1;

/// One character of valid UTF-8; moves on.
char32_t decode(std::string_view text, std::size_t &position) {
    auto const byte = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(text[i])); };
    char32_t const first = byte(position++);
    if (first < 0x80) return first;
    int const more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
    char32_t character = first & (0x3fU >> static_cast<unsigned>(more));
    for (int i = 0; i < more && position < text.size(); ++i) character = character << 6U | (byte(position++) & 0x3fU);
    return character;
}

/// Characters as ascending ranges that do not touch.
class CharacterSet {
  public:
    CharacterSet() = default;
    CharacterSet(std::initializer_list<std::pair<char32_t, char32_t>> ranges) : ranges_(ranges) { normalise(); }

    void add(char32_t first, char32_t last) {
        ranges_.emplace_back(first, last);
        normalise();
    }
    void add(const CharacterSet &other) {
        ranges_.insert(ranges_.end(), other.ranges_.begin(), other.ranges_.end());
        normalise();
    }
    [[nodiscard]] CharacterSet complement() const {
        CharacterSet result;
        char32_t next = 0;
        for (const auto &[first, last] : ranges_) {
            if (first > next) result.ranges_.emplace_back(next, first - 1);
            next = last + 1;
        }
        if (next <= lastCharacter) result.ranges_.emplace_back(next, lastCharacter);
        return result;
    }
    [[nodiscard]] CharacterSet without(const CharacterSet &other) const {
        CharacterSet rest = complement();
        rest.add(other);
        return rest.complement();
    }
    [[nodiscard]] bool contains(char32_t character) const {
        return std::ranges::any_of(
            ranges_, [&](const auto &range) { return range.first <= character && character <= range.second; });
    }
    [[nodiscard]] const std::vector<std::pair<char32_t, char32_t>> &ranges() const { return ranges_; }

  private:
    void normalise() {
        std::ranges::sort(ranges_);
        std::vector<std::pair<char32_t, char32_t>> merged;
        for (const auto &range : ranges_) {
            if (!merged.empty() && range.first <= merged.back().second + 1) {
                merged.back().second = std::max(merged.back().second, range.second);
            } else {
                merged.push_back(range);
            }
        }
        ranges_ = std::move(merged);
    }

    std::vector<std::pair<char32_t, char32_t>> ranges_;
};

const CharacterSet digits{{'0', '9'}};
const CharacterSet spaces{{'\t', '\n'}, {'\r', '\r'}, {' ', ' '}};
const CharacterSet letters{
    {'A', 'Z'},         {'a', 'z'},         {0xaa, 0xaa},      {0xb5, 0xb5},     {0xba, 0xba},     {0xc0, 0xd6},
    {0xd8, 0xf6},       {0xf8, 0x1fff},     {0x2c00, 0x2dff},  {0x3005, 0x3007}, {0x3031, 0x3035}, {0x3040, 0xd7ff},
    {0xf900, 0xfdff},   {0xfe70, 0xfefc},   {0xff10, 0xff19},  {0xff21, 0xff3a}, {0xff41, 0xff5a}, {0xff66, 0xffdc},
    {0x10000, 0x1cfff}, {0x1e000, 0x1efff}, {0x20000, 0x3ffff}};
const CharacterSet lineEnds{{'\n', '\n'}, {'\r', '\r'}};

CharacterSet initialNameCharacters() {
    CharacterSet set = letters;
    set.add('_', '_');
    set.add(':', ':');
    return set;
}

CharacterSet nameCharacters() {
    CharacterSet set = initialNameCharacters();
    set.add(digits);
    set.add('-', '.');
    set.add(0xb7, 0xb7);
    return set;
}

CharacterSet wordCharacters() {
    CharacterSet set = letters;
    set.add(digits);
    for (char const symbol : {'$', '+', '<', '=', '>', '^', '`', '|', '~'}) {
        set.add(static_cast<char32_t>(symbol), static_cast<char32_t>(symbol));
    }
    return set;
}

// ---- the expression as a tree

struct Node {
    enum class Type : std::uint8_t { characters, sequence, alternatives, repetition };
    Type type = Type::sequence;
    CharacterSet set;
    std::vector<Node> children;
    int minimum = 1;
    int maximum = 1;
};

class Parser {
  public:
    explicit Parser(std::string_view text) : text_(text) {}

    Node parse() {
        Node node = alternatives();
        if (!atEnd()) fail("unexpected )");
        return node;
    }

  private:
    [[noreturn]] void fail(const std::string &what) const {
        throw std::invalid_argument("XSD pattern " + std::string(text_) + ": " + what + " at byte " +
                                    std::to_string(position_));
    }
    [[nodiscard]] bool atEnd() const { return position_ >= text_.size(); }
    [[nodiscard]] bool at(char c) const { return !atEnd() && text_[position_] == c; }
    bool take(char c) {
        if (!at(c)) return false;
        ++position_;
        return true;
    }
    char32_t character() {
        if (atEnd()) fail("unexpected end");
        return decode(text_, position_);
    }

    Node alternatives() {
        Node node{Node::Type::alternatives, {}, {sequence()}};
        while (take('|')) node.children.push_back(sequence());
        return node.children.size() == 1 ? std::move(node.children.front()) : node;
    }

    Node sequence() {
        Node node;
        while (!atEnd() && !at('|') && !at(')')) node.children.push_back(quantified(atom()));
        return node;
    }

    Node quantified(Node atom) {
        int minimum = 1;
        int maximum = 1;
        if (take('?')) {
            minimum = 0;
        } else if (take('*')) {
            minimum = 0;
            maximum = unlimited;
        } else if (take('+')) {
            maximum = unlimited;
        } else if (take('{')) {
            minimum = maximum = number();
            if (take(',')) maximum = at('}') ? unlimited : number();
            if (!take('}')) fail("expected }");
            if (maximum != unlimited && maximum < minimum) fail("quantity is upside down");
        } else {
            return atom;
        }
        return {Node::Type::repetition, {}, {std::move(atom)}, minimum, maximum};
    }

    int number() {
        int value = 0;
        std::size_t const start = position_;
        while (!atEnd() && text_[position_] >= '0' && text_[position_] <= '9') {
            value = value * 10 + (text_[position_++] - '0');
            if (value > static_cast<int>(maximumStates)) fail("quantity is too large");
        }
        if (position_ == start) fail("expected a number");
        return value;
    }

    Node atom() {
        if (take('(')) {
            Node node = alternatives();
            if (!take(')')) fail("expected )");
            return node;
        }
        Node node{Node::Type::characters, {}, {}};
        if (take('[')) {
            node.set = characterClass();
        } else if (take('\\')) {
            node.set = escape();
        } else if (take('.')) {
            node.set = lineEnds.complement();
        } else {
            if (at('?') || at('*') || at('+') || at('{') || at('}') || at(']')) fail("unexpected character");
            char32_t const one = character();
            node.set.add(one, one);
        }
        return node;
    }

    CharacterSet escape() {
        char32_t const letter = character();
        switch (letter) {
        case 'n':
            return {{'\n', '\n'}};
        case 'r':
            return {{'\r', '\r'}};
        case 't':
            return {{'\t', '\t'}};
        case 'd':
            return digits;
        case 'D':
            return digits.complement();
        case 's':
            return spaces;
        case 'S':
            return spaces.complement();
        case 'i':
            return initialNameCharacters();
        case 'I':
            return initialNameCharacters().complement();
        case 'c':
            return nameCharacters();
        case 'C':
            return nameCharacters().complement();
        case 'w':
            return wordCharacters();
        case 'W':
            return wordCharacters().complement();
        case 'p':
            return category();
        case 'P':
            return category().complement();
        default:
            if (std::string_view("\\|.-^?*+{}()[]$/\"'").find(static_cast<char>(letter)) == std::string_view::npos) {
                fail("unknown escape");
            }
            return {{letter, letter}};
        }
    }

    CharacterSet category() {
        std::size_t const end = text_.find('}', position_);
        if (!take('{') || end == std::string_view::npos) fail("expected {");
        std::string_view const name = text_.substr(position_, end - position_);
        position_ = end + 1;
        if (name == "L") return letters;
        if (name == "N" || name == "Nd") return digits;
        fail("unknown category");
    }

    CharacterSet characterClass() {
        bool const negated = take('^');
        CharacterSet set;
        bool first = true;
        while (!at(']')) {
            if (at('-') && position_ + 1 < text_.size() && text_[position_ + 1] == '[') {
                position_ += 2;
                CharacterSet const excluded = characterClass();
                if (!take(']')) fail("expected ]");
                return (negated ? set.complement() : set).without(excluded);
            }
            classPart(set, first);
            first = false;
        }
        if (first) fail("empty class");
        ++position_;
        return negated ? set.complement() : set;
    }

    void classPart(CharacterSet &set, bool first) {
        if (take('\\')) {
            CharacterSet const escaped = escape();
            bool const single = escaped.ranges().size() == 1 && escaped.ranges()[0].first == escaped.ranges()[0].second;
            if (!single || !rangeFollows()) return set.add(escaped);
            return addRange(set, escaped.ranges()[0].first);
        }
        if (at('[')) fail("unexpected [");
        bool const hyphen = at('-');
        char32_t const start = character();
        bool const last = at(']');
        if (hyphen && !first && !last && !rangeFollows()) return set.add('-', '-');
        if (!rangeFollows()) return set.add(start, start);
        addRange(set, start);
    }

    /// At "-x", x being the end of a range and not the end of the class or a subtraction.
    [[nodiscard]] bool rangeFollows() const {
        return at('-') && position_ + 1 < text_.size() && text_[position_ + 1] != ']' && text_[position_ + 1] != '[';
    }

    void addRange(CharacterSet &set, char32_t start) {
        ++position_;
        char32_t end = 0;
        if (take('\\')) {
            CharacterSet const escaped = escape();
            if (escaped.ranges().size() != 1 || escaped.ranges()[0].first != escaped.ranges()[0].second) {
                fail("a range ends with a class");
            }
            end = escaped.ranges()[0].first;
        } else {
            end = character();
        }
        if (end < start) fail("range is upside down");
        set.add(start, end);
    }

    std::string_view text_;
    std::size_t position_ = 0;
};

// ---- the tree as an automaton with empty moves (Thompson)

struct Automaton {
    struct State {
        std::vector<std::size_t> empty;
        const CharacterSet *set = nullptr;
        std::size_t target = 0;
    };
    std::vector<State> states;

    std::size_t add() {
        if (states.size() >= maximumStates) throw std::invalid_argument("XSD pattern needs too many states");
        states.emplace_back();
        return states.size() - 1;
    }

    /// Adds the node from `from` on; the state behind it.
    std::size_t build(const Node &node, std::size_t from) {
        switch (node.type) {
        case Node::Type::characters: {
            std::size_t const start = add();
            std::size_t const end = add();
            states[from].empty.push_back(start);
            states[start].set = &node.set;
            states[start].target = end;
            return end;
        }
        case Node::Type::sequence:
            for (const Node &child : node.children) from = build(child, from);
            return from;
        case Node::Type::alternatives: {
            std::vector<std::size_t> ends;
            for (const Node &child : node.children) ends.push_back(build(child, from));
            std::size_t const end = add();
            for (std::size_t const one : ends) states[one].empty.push_back(end);
            return end;
        }
        case Node::Type::repetition:
            return repeat(node, from);
        }
        return from;
    }

    std::size_t repeat(const Node &node, std::size_t from) {
        const Node &child = node.children.front();
        for (int i = 0; i < node.minimum; ++i) from = build(child, from);
        if (node.maximum == unlimited) {
            std::size_t const loop = add();
            states[from].empty.push_back(loop);
            std::size_t const end = build(child, loop);
            states[end].empty.push_back(loop);
            return loop;
        }
        std::size_t const end = add();
        for (int i = node.minimum; i < node.maximum; ++i) {
            states[from].empty.push_back(end);
            from = build(child, from);
        }
        states[from].empty.push_back(end);
        return end;
    }

    /// The states reached by empty moves, ascending.
    [[nodiscard]] std::vector<std::size_t> closure(std::vector<std::size_t> open) const {
        std::set<std::size_t> reached(open.begin(), open.end());
        while (!open.empty()) {
            std::size_t const state = open.back();
            open.pop_back();
            for (std::size_t const next : states[state].empty) {
                if (reached.insert(next).second) open.push_back(next);
            }
        }
        return {reached.begin(), reached.end()};
    }
};

}  // namespace

Pattern::Pattern(std::string_view expression) {
    Node const tree = Parser(expression).parse();
    Automaton automaton;
    std::size_t const begin = automaton.add();
    std::size_t const end = automaton.build(tree, begin);

    // Characters that no set tells apart share a column.
    std::set<char32_t> boundaries{0};
    for (const Automaton::State &state : automaton.states) {
        if (state.set == nullptr) continue;
        for (const auto &[first, last] : state.set->ranges()) {
            boundaries.insert(first);
            boundaries.insert(last + 1);
        }
    }
    boundaries_.assign(boundaries.begin(), boundaries.end());
    classes_ = boundaries_.size();
    for (char32_t c = 0; c < asciiClass_.size(); ++c) {
        auto const above = std::ranges::upper_bound(boundaries_, c);
        asciiClass_[c] = static_cast<std::uint16_t>(above - boundaries_.begin() - 1);
    }

    // Sets of states become states (state 0 is the empty set).
    std::map<std::vector<std::size_t>, std::uint16_t> numbers{{{}, 0}};
    std::vector<std::vector<std::size_t>> open{{}};
    auto const number = [&](std::vector<std::size_t> states) {
        auto const [entry, isNew] = numbers.try_emplace(std::move(states), static_cast<std::uint16_t>(open.size()));
        if (isNew) {
            if (open.size() >= maximumStates) throw std::invalid_argument("XSD pattern needs too many states");
            open.push_back(entry->first);
        }
        return entry->second;
    };
    start_ = number(automaton.closure({begin}));
    for (std::size_t i = 0; i < open.size(); ++i) {
        std::vector<std::size_t> const states = open[i];
        accepting_.push_back(std::ranges::find(states, end) != states.end());
        for (char32_t const sample : boundaries_) {
            std::vector<std::size_t> targets;
            for (std::size_t const state : states) {
                const Automaton::State &from = automaton.states[state];
                if (from.set != nullptr && from.set->contains(sample)) targets.push_back(from.target);
            }
            next_.push_back(number(automaton.closure(std::move(targets))));
        }
    }
}

std::size_t Pattern::classOf(char32_t character) const {
    if (character < asciiClass_.size()) return asciiClass_[character];
    return static_cast<std::size_t>(std::ranges::upper_bound(boundaries_, character) - boundaries_.begin() - 1);
}

bool Pattern::matches(std::string_view text) const {
    std::size_t state = start_;
    for (std::size_t position = 0; position < text.size() && state != 0;) {
        state = next_[state * classes_ + classOf(decode(text, position))];
    }
    return accepting_[state];
}

const Pattern &Pattern::of(std::string_view expression) {
    static std::shared_mutex mutex;
    static std::unordered_map<std::string, std::unique_ptr<const Pattern>> patterns;
    std::string const key(expression);
    {
        std::shared_lock const lock(mutex);
        auto const found = patterns.find(key);
        if (found != patterns.end()) return *found->second;
    }
    auto compiled = std::make_unique<const Pattern>(expression);
    std::unique_lock const lock(mutex);
    return *patterns.try_emplace(key, std::move(compiled)).first->second;
}

}  // namespace kontor::entity
