// Products, price books and quotes: prices, sums, approval, each step from each stage, the document and the page.

#include "services/lead/quote_document.h"
#include "services/lead/quote_pages.h"
#include "services/lead/quotes.h"
#include "shared/http/target.h"
#include "tests/integration/services_fixture.h"

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <regex>
#include <thread>

using namespace kontor;
using namespace kontor::lead;
using kontor::test::codeOf;
using kontor::test::Services;

namespace {

constexpr std::string_view publicUrl = "https://crm.example.com";
constexpr std::array<const char *, 8> allStages{"draft",    "inReview", "approved", "sent",
                                                "accepted", "rejected", "expired",  "superseded"};

Decimal number(const std::string &text) { return Decimal::parse(text).value(); }

std::string text(const std::optional<Decimal> &value, int scale = 2) {
    return value ? value->rounded(scale).toString() : "none";
}

class StringBody final : public http::Body {
  public:
    explicit StringBody(std::string content) : content_(std::move(content)) {}
    std::size_t read(char *buffer, std::size_t size) override {
        std::size_t const count = content_.copy(buffer, size, position_);
        position_ += count;
        return count;
    }

  private:
    std::string content_;
    std::size_t position_ = 0;
};

struct Fixture {
    Services services;
    entity::Operations &operations = services.leads();
    auth::Caller admin = services.administrator;
    http::Router router;

    Fixture() { addQuotePages(router, *services.leadService, std::string(publicUrl) + '/'); }

    template <typename T> T create(T record) { return services.create(operations, admin, std::move(record)); }
    template <typename T> T get(const std::string &id) {
        return std::move(static_cast<T &>(*operations.retrieve(admin, {T::contractType().entity, id, {}, {}, {}})));
    }
    template <typename T> std::optional<Error> change(T record) {
        return services.update(operations, admin, std::move(record)).error;
    }
    std::optional<Error> remove(const EntityType *type, const std::string &id) {
        return operations.deleteRecords(admin, {{type, id, {}, {}, {}}}, {}).at(0).error;
    }

    PriceBook newBook(const std::string &name, const std::string &currency, std::optional<std::string> parentId = {}) {
        PriceBook book;
        book.name = name;
        book.currency = currency;
        book.parentId = std::move(parentId);
        return create(std::move(book));
    }
    Product newProduct(const std::string &sku, const std::string &listPrice, const std::string &currency = "EUR") {
        Product product;
        product.sku = sku;
        product.name = "Product " + sku;
        product.unit = "pcs";
        product.listPrice = number(listPrice);
        product.cost = number("1.50");
        product.currency = currency;
        return create(std::move(product));
    }
    PriceBookEntry entry(const PriceBook &book, const Product &product, const std::string &price,
                         const std::string &minimum = {}) {
        PriceBookEntry entry;
        entry.priceBookId = book.id;
        entry.productId = product.id;
        entry.price = number(price);
        if (!minimum.empty()) entry.minimumQuantity = number(minimum);
        return entry;
    }
    std::string price(const PriceBook &book, const Product &product, const std::string &quantity,
                      const std::string &day = "2026-11-23") {
        postgres::Transaction transaction(*services.leadPool);
        return text(priceOf(transaction, *book.id, *product.id, number(quantity), *Date::parse(day)));
    }

    static QuoteLine line(const std::string &name, const std::string &unitPrice, const std::string &quantity = "1") {
        QuoteLine line;
        line.name = name;
        line.unitPrice = number(unitPrice);
        line.quantity = number(quantity);
        return line;
    }
    static QuoteLine lineOf(const Product &product) {
        QuoteLine line;
        line.productId = product.id;
        return line;
    }
    static Quote draftOf(std::vector<QuoteLine> lines) {
        Quote quote;
        quote.name = "Pumps";
        quote.lines = std::move(lines);
        return quote;
    }
    /// The fields that are wrong, "/lines/0/name REQUIRED".
    std::vector<std::string> faults(Quote quote) {
        std::vector<std::string> found;
        try {
            create(std::move(quote));
        } catch (const Error &error) {
            for (const FieldError &field : error.fields) found.push_back(field.pointer + ' ' + field.code);
        }
        return found;
    }

    Quote advance(const std::string &id, const std::string &action, std::optional<std::string> note = {}) {
        return advanceAs(admin, id, action, std::move(note));
    }
    Quote advanceAs(const auth::Caller &caller, const std::string &id, const std::string &action,
                    std::optional<std::string> note = {}, std::optional<std::int64_t> version = {}) {
        AdvanceQuote input;
        input.quoteId = id;
        input.action = action;
        input.note = std::move(note);
        input.version = version;
        auto result = advanceQuote(*services.leadService, caller, input, {});
        if (result.error) throw *result.error;
        return std::move(static_cast<Quote &>(*result.record));
    }
    void sql(const std::string &statement) { services.leadPool->run(postgres::Statement{"test", statement}); }
    void expireOffer(const std::string &id) {
        sql("UPDATE quote SET valid_until = current_date - 1 WHERE id = '" + id + "'");
    }

    /// A quote that has come to a stage.
    Quote quoteIn(const std::string &stage) {
        Quote draft = draftOf({line("Pump", "100")});
        if (stage == "inReview") draft.discountPercent = number("30");
        std::string const id = *create(std::move(draft)).id;
        if (stage == "draft") return get<Quote>(id);
        advance(id, "submit");
        if (stage == "inReview" || stage == "approved") return get<Quote>(id);
        if (stage == "superseded") {
            advance(id, "revise");
            return get<Quote>(id);
        }
        advance(id, "send");
        if (stage == "accepted") advance(id, "accept");
        if (stage == "rejected") advance(id, "reject");
        if (stage == "expired") {
            expireOffer(id);
            BOOST_TEST((codeOf([&] { advance(id, "accept"); }) == ErrorCode::conflict));
        }
        return get<Quote>(id);
    }

    struct Answer {
        int status = 0;
        std::string body;
        std::map<std::string, std::string> headers;
    };
    Answer request(const std::string &method, const std::string &path, const std::string &body = {},
                   const std::map<std::string, std::string> &headers = {}) {
        auto const match = router.match(method, path);
        BOOST_REQUIRE_MESSAGE(match.handler != nullptr, "no route for " << method << ' ' << path);
        Poco::Net::MessageHeader head;
        if (method == "POST") head.set("Content-Type", "application/x-www-form-urlencoded");
        for (const auto &[name, value] : headers) head.set(name, value);
        StringBody content(body);
        http::Request request;
        request.method = method;
        request.path = path;
        request.headers = &head;
        request.body = &content;
        request.clientAddress = "192.0.2.7";
        request.requestId = "test";
        request.pathParameters = match.parameters;
        http::Response response;
        try {
            (*match.handler)(request, response);
        } catch (const Error &error) {
            response = {};
            match.options->errors(request, error, response);
        }
        Answer answer{response.status, response.body, {}};
        for (const auto &[name, value] : response.headers) answer.headers[name] = value;
        return answer;
    }
    /// Path of the page of a sent quote.
    static std::string pageOf(const Quote &quote) { return quote.acceptUrl.value().substr(publicUrl.size()); }
};

bool contains(const std::string &text, const std::string &part) { return text.find(part) != std::string::npos; }

/// The text of a PDF as poppler reads it.
std::string textOf(const std::string &pdf) {
    auto const folder = std::filesystem::temp_directory_path() / ("kontor-quote-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "quote.pdf", std::ios::binary) << pdf;
    std::string const command = "pdftotext -layout '" + (folder / "quote.pdf").string() + "' - 2>/dev/null";
    std::string content;
    std::unique_ptr<FILE, int (*)(FILE *)> const pipe(popen(command.c_str(), "r"), pclose);
    std::array<char, 4096> buffer{};
    while (std::size_t const count = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) {
        content.append(buffer.data(), count);
    }
    std::filesystem::remove_all(folder);
    return content;
}

using Texts = std::vector<std::string>;

}  // namespace

BOOST_FIXTURE_TEST_SUITE(quotes, Fixture)

BOOST_AUTO_TEST_CASE(books_that_do_not_fit_are_refused) {
    PriceBook const euro = newBook("Euro", "EUR");
    PriceBook const krona = newBook("Krona", "SEK");
    PriceBook wrong;
    wrong.name = "Wrong";
    wrong.currency = "SEK";
    wrong.parentId = euro.id;
    BOOST_TEST((codeOf([&] { create(wrong); }) == ErrorCode::validation));
    wrong.parentId.reset();
    wrong.currency = "XXX";
    BOOST_TEST((codeOf([&] { create(wrong); }) == ErrorCode::validation));
    wrong.currency = "EUR";
    wrong.validFrom = Date::parse("2026-02-01");
    wrong.validTo = Date::parse("2026-01-31");
    BOOST_TEST((codeOf([&] { create(wrong); }) == ErrorCode::validation));

    PriceBook const child = newBook("Child", "EUR", euro.id);
    PriceBook const grandchild = newBook("Grandchild", "EUR", child.id);
    for (const PriceBook &below : {euro, child, grandchild}) {
        PriceBook loop;
        loop.id = euro.id;
        loop.parentId = below.id;
        auto const error = change(loop);
        BOOST_TEST_REQUIRE(error.has_value());
        BOOST_TEST(error->fields.at(0).code == "CYCLE");
    }
    auto const inUse = remove(euro.structType().entity, *euro.id);
    BOOST_TEST_REQUIRE(inUse.has_value());
    BOOST_TEST((inUse->code == ErrorCode::conflict));
    BOOST_TEST(!remove(grandchild.structType().entity, *grandchild.id).has_value());
    BOOST_TEST(!remove(krona.structType().entity, *krona.id).has_value());
    PriceBookEntry gone = entry(krona, newProduct("A", "1"), "1");
    BOOST_TEST((codeOf([&] { create(gone); }) == ErrorCode::validation));
}

BOOST_AUTO_TEST_CASE(categories_form_no_loop) {
    ProductCategory category;
    category.name = "Pumps";
    ProductCategory const above = create(category);
    category.parentId = above.id;
    ProductCategory const below = create(category);
    ProductCategory loop;
    loop.id = above.id;
    loop.parentId = below.id;
    BOOST_TEST(change(loop).has_value());
}

BOOST_AUTO_TEST_CASE(prices_of_the_same_time_and_quantity_are_refused) {
    PriceBook const book = newBook("Euro", "EUR");
    Product const pump = newProduct("PUMP", "100");
    PriceBookEntry first = entry(book, pump, "90");
    first.validTo = Date::parse("2026-06-30");
    create(first);
    PriceBookEntry second = entry(book, pump, "95", "1");
    BOOST_TEST((codeOf([&] { create(second); }) == ErrorCode::duplicate));
    second.validFrom = Date::parse("2026-07-01");
    create(second);
    create(entry(book, pump, "80", "10"));
    BOOST_TEST(price(book, pump, "1", "2026-06-30") == "90.00");
    BOOST_TEST(price(book, pump, "1", "2026-07-01") == "95.00");
    std::atomic<int> created = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            if (!codeOf([&] { create(entry(book, pump, "70", "100")); })) ++created;
        });
    }
    for (std::thread &thread : threads) thread.join();
    BOOST_TEST(created == 1);
}

BOOST_AUTO_TEST_CASE(the_nearest_book_with_a_price_decides) {
    PriceBook const base = newBook("Base", "EUR");
    PriceBook const partners = newBook("Partners", "EUR", base.id);
    PriceBook const one = newBook("One customer", "EUR", partners.id);
    Product const pump = newProduct("PUMP", "100");
    Product const valve = newProduct("VALVE", "10");
    BOOST_TEST(price(one, pump, "1") == "none");
    create(entry(base, pump, "99"));
    create(entry(base, valve, "9"));
    create(entry(base, pump, "89", "10"));
    create(entry(partners, pump, "79", "5"));
    BOOST_TEST(price(one, pump, "1") == "99.00");
    BOOST_TEST(price(one, pump, "0.5") == "99.00");
    BOOST_TEST(price(one, pump, "4.9999") == "99.00");
    BOOST_TEST(price(one, pump, "5") == "79.00");
    BOOST_TEST(price(one, pump, "1000") == "79.00");
    BOOST_TEST(price(base, pump, "10") == "89.00");
    BOOST_TEST(price(one, valve, "1") == "9.00");
    PriceBook off;
    off.id = partners.id;
    off.validTo = Date::parse("2026-11-22");
    BOOST_TEST(!change(off).has_value());
    BOOST_TEST(price(one, pump, "5") == "99.00");
    BOOST_TEST(price(one, pump, "5", "2026-11-22") == "79.00");
}

BOOST_AUTO_TEST_CASE(what_a_quote_cannot_be_is_refused) {
    PriceBook const krona = newBook("Krona", "SEK");
    Product const pump = newProduct("PUMP", "100");
    Product sold = newProduct("OLD", "100");
    sold.isActive = false;
    Product off;
    off.id = sold.id;
    off.isActive = false;
    BOOST_TEST(!change(off).has_value());

    BOOST_TEST(faults(draftOf({line("A", "1", "-1")})) == Texts{"/lines/0/quantity OUT_OF_RANGE"},
               boost::test_tools::per_element());
    QuoteLine nameless = line("A", "1");
    nameless.name.reset();
    BOOST_TEST(faults(draftOf({line("A", "1"), nameless})) == Texts{"/lines/1/name REQUIRED"},
               boost::test_tools::per_element());
    QuoteLine unknown;
    unknown.productId = krona.id;
    BOOST_TEST(faults(draftOf({unknown})) == Texts{"/lines/0/productId UNKNOWN_REFERENCE"},
               boost::test_tools::per_element());
    BOOST_TEST(faults(draftOf({lineOf(sold)})) == Texts{"/lines/0/productId INACTIVE"},
               boost::test_tools::per_element());
    Quote swedish = draftOf({lineOf(pump)});
    swedish.priceBookId = krona.id;
    BOOST_TEST(faults(swedish) == Texts{"/lines/0/productId NO_PRICE"}, boost::test_tools::per_element());
    swedish.currency = "EUR";
    BOOST_TEST(faults(swedish) == Texts{"/currency OTHER_CURRENCY"}, boost::test_tools::per_element());
    Quote wrong = draftOf({});
    wrong.currency = "XXX";
    BOOST_TEST(faults(wrong) == Texts{"/currency UNKNOWN_CURRENCY"}, boost::test_tools::per_element());
    wrong = draftOf({});
    wrong.priceBookId = pump.id;
    BOOST_TEST(faults(wrong) == Texts{"/priceBookId UNKNOWN_REFERENCE"}, boost::test_tools::per_element());
    wrong = draftOf({});
    wrong.opportunityId = pump.id;
    BOOST_TEST(faults(wrong) == Texts{"/opportunityId UNKNOWN_REFERENCE"}, boost::test_tools::per_element());
    wrong = draftOf({});
    wrong.stage = "accepted";
    BOOST_TEST(faults(wrong) == Texts{"/stage READ_ONLY"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_new_quote_has_a_number_and_sums) {
    TaxRate rate;
    rate.name = "VAT";
    rate.percent = number("19");
    rate = create(rate);
    PriceBook const book = newBook("Euro", "EUR");
    Product pump = newProduct("PUMP", "100");
    Product taxed;
    taxed.id = pump.id;
    taxed.taxRateId = rate.id;
    BOOST_TEST(!change(taxed).has_value());
    create(entry(book, pump, "95"));
    create(entry(book, pump, "90.5", "10"));

    QuoteLine many = lineOf(pump);
    many.quantity = number("10");
    many.net = number("1");  // what the server makes is not taken from anybody
    QuoteLine cheaper = lineOf(pump);
    cheaper.unitPrice = number("80");
    cheaper.name = "A special pump";
    Quote draft = draftOf({lineOf(pump), many, cheaper});
    draft.priceBookId = book.id;
    Quote const quote = create(draft);
    BOOST_TEST(std::regex_match(*quote.number, std::regex("Q-20[0-9]{2}-[0-9]{6}")));
    BOOST_TEST(*quote.revision == 1);
    BOOST_TEST(*quote.stage == "draft");
    BOOST_TEST(*quote.currency == "EUR");
    BOOST_TEST(text(quote.lines[0].unitPrice) == "95.00");
    BOOST_TEST(text(quote.lines[0].listPrice) == "95.00");
    BOOST_TEST(text(quote.lines[0].cost) == "1.50");
    BOOST_TEST(*quote.lines[0].name == "Product PUMP");
    BOOST_TEST(*quote.lines[0].unit == "pcs");
    BOOST_TEST(text(quote.lines[1].unitPrice) == "90.50");
    BOOST_TEST(text(quote.lines[1].net) == "905.00");
    BOOST_TEST(*quote.lines[2].name == "A special pump");
    BOOST_TEST(text(quote.lines[2].unitPrice) == "80.00");
    BOOST_TEST(text(quote.lines[2].listPrice) == "95.00");
    BOOST_TEST(text(quote.subtotal) == "1080.00");
    BOOST_TEST(text(quote.taxTotal) == "205.20");
    BOOST_TEST(text(quote.total) == "1285.20");
    BOOST_TEST(!*quote.approvalRequired);
    BOOST_TEST(*create(draft).number != *quote.number);
}

BOOST_AUTO_TEST_CASE(a_default_book_and_the_opportunity_fill_in) {
    PriceBook book;
    book.name = "Standard";
    book.currency = "EUR";
    book.isDefault = true;
    book = create(book);
    Quote const quote = create(draftOf({}));
    BOOST_TEST(*quote.priceBookId == *book.id);
    PriceBook const swedish = newBook("Sweden", "SEK");
    CurrencyRate rate;
    rate.currency = "SEK";
    rate.date = Date::parse("2020-01-01");
    rate.rate = number("0.09");
    create(rate);
    Opportunity deal;
    deal.name = "Deal";
    deal.closeDate = Date::parse("2027-03-31");
    deal.currency = "SEK";
    deal.priceBookId = swedish.id;
    deal.accountId = "01940000-0000-7000-8000-00000000aaaa";
    deal = create(deal);
    Quote offer = draftOf({});
    offer.opportunityId = deal.id;
    Quote const filled = create(offer);
    BOOST_TEST(*filled.priceBookId == *swedish.id);
    BOOST_TEST(*filled.currency == "SEK");
    BOOST_TEST(*filled.accountId == *deal.accountId);
}

BOOST_AUTO_TEST_CASE(a_draft_is_computed_anew_with_each_change) {
    PriceBook const book = newBook("Euro", "EUR");
    PriceBook const other = newBook("Other", "EUR");
    Product const pump = newProduct("PUMP", "100");
    create(entry(book, pump, "95"));
    create(entry(other, pump, "85"));
    QuoteLine special = lineOf(pump);
    special.unitPrice = number("90");
    special.group = "Pumps";
    Quote draft = draftOf({lineOf(pump), special});
    draft.priceBookId = book.id;
    Quote const quote = create(draft);
    BOOST_TEST(text(quote.total) == "185.00");

    Quote next;
    next.id = quote.id;
    next.discountAmount = number("35");
    BOOST_TEST(!change(next).has_value());
    BOOST_TEST(text(get<Quote>(*quote.id).total) == "150.00");
    next.discountAmount.reset();
    next.discountPercent = number("10");
    BOOST_TEST(change(next)->fields.at(0).code == "CONTRADICTION");
    next.fieldsToNull = {"discountAmount"};
    BOOST_TEST(!change(next).has_value());
    BOOST_TEST(text(get<Quote>(*quote.id).total) == "166.50");

    // Another book: what came from the list follows it, what was typed in stays.
    Quote moved;
    moved.id = quote.id;
    moved.priceBookId = other.id;
    BOOST_TEST(!change(moved).has_value());
    Quote const repriced = get<Quote>(*quote.id);
    BOOST_TEST(text(repriced.lines[0].unitPrice) == "85.00");
    BOOST_TEST(text(repriced.lines[1].unitPrice) == "90.00");
    moved.priceBookId = newBook("Krona", "SEK").id;
    BOOST_TEST(change(moved)->fields.at(0).code == "LINES_REQUIRED");

    Quote emptied;
    emptied.id = quote.id;
    emptied.fieldsToNull = {"lines"};
    BOOST_TEST(!change(emptied).has_value());
    Quote const nothing = get<Quote>(*quote.id);
    BOOST_TEST(nothing.lines.empty());
    BOOST_TEST(nothing.groups.empty());
    BOOST_TEST(text(nothing.total) == "0.00");
}

BOOST_AUTO_TEST_CASE(an_offer_is_worth_what_the_rate_of_its_last_change_says) {
    Quote draft = draftOf({line("Pump", "1000")});
    draft.currency = "SEK";
    BOOST_TEST(faults(draft) == Texts{"/currency NO_RATE"}, boost::test_tools::per_element());
    auto const rateFrom = [&](const char *day, const char *value) {
        CurrencyRate rate;
        rate.currency = "SEK";
        rate.date = Date::parse(day);
        rate.rate = number(value);
        return create(rate);
    };
    rateFrom("2020-01-01", "0.0895");
    Quote const quote = create(draft);
    BOOST_TEST(text(quote.rate, 4) == "0.0895");
    BOOST_TEST(text(quote.totalBase) == "89.50");
    CurrencyRate newer = rateFrom("2026-01-01", "0.1");
    Quote change;
    change.id = quote.id;
    change.shipping = number("10");
    BOOST_TEST(!this->change(change).has_value());
    BOOST_TEST(text(get<Quote>(*quote.id).totalBase) == "101.00");
    // What has left the house stays as it was.
    advance(*quote.id, "submit");
    CurrencyRate today;
    today.id = newer.id;
    today.rate = number("0.2");
    BOOST_TEST(!services.update(operations, admin, today).error.has_value());
    advance(*quote.id, "send");
    Quote const sent = get<Quote>(*quote.id);
    BOOST_TEST(text(sent.rate, 1) == "0.1");
    BOOST_TEST(text(sent.totalBase) == "101.00");

    Quote plain = create(draftOf({line("Pump", "12.50")}));
    BOOST_TEST(text(plain.rate, 0) == "1");
    BOOST_TEST(text(plain.totalBase) == "12.50");
    plain = draftOf({line("Pump", "999999999999999")});
    plain.currency = "SEK";
    today.rate = number("1000");
    BOOST_TEST(!services.update(operations, admin, today).error.has_value());
    BOOST_TEST(faults(plain) == Texts{"/lines OUT_OF_RANGE"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_variant_has_what_it_does_not_say_from_its_product) {
    Product const shirt = newProduct("SHIRT", "20");
    Product variant;
    variant.sku = "SHIRT-L";
    variant.name = "Shirt, large";
    variant.parentId = shirt.id;
    variant.attributes.resize(1);
    variant.attributes[0].name = "size";
    variant.attributes[0].value = "L";
    variant.isStocked = true;
    Product const large = create(variant);
    BOOST_TEST(text(large.listPrice) == "20.00");
    BOOST_TEST(*large.unit == "pcs");
    BOOST_TEST(*large.currency == "EUR");
    BOOST_TEST(get<Product>(*large.id).attributes.at(0).value.value_or("") == "L");
    variant.sku = "SHIRT-USD";
    variant.currency = "USD";
    BOOST_TEST(!create(variant).listPrice.has_value());  // a price of another currency would be a wrong one

    auto const codes = [&](Product product) -> std::string {
        auto const error = change(std::move(product));
        return error ? error->fields.at(0).pointer + ' ' + error->fields.at(0).code : "none";
    };
    Product loop;
    loop.id = shirt.id;
    loop.parentId = shirt.id;
    BOOST_TEST(codes(loop) == "/parentId CYCLE");
    loop.parentId = large.id;
    BOOST_TEST(codes(loop) == "/parentId CYCLE");
    loop.parentId = newProduct("TROUSERS", "40").id;
    BOOST_TEST(codes(loop) == "/parentId CYCLE");  // it has variants itself
    variant.sku = "SHIRT-L-RED";
    variant.parentId = large.id;
    BOOST_TEST((codeOf([&] { create(variant); }) == ErrorCode::validation));
    variant.parentId = "01941f29-7c01-7000-8009-000000000999";
    BOOST_TEST((codeOf([&] { create(variant); }) == ErrorCode::validation));
}

BOOST_AUTO_TEST_CASE(large_discounts_have_to_be_approved) {
    Product const pump = newProduct("PUMP", "100");
    auto const needs = [&](Quote draft) { return *create(std::move(draft)).approvalRequired; };
    QuoteLine off = line("Pump", "100");
    off.discountPercent = number("20");
    off.listPrice = number("100");
    BOOST_TEST(!needs(draftOf({off})));
    off.discountPercent = number("20.01");
    Quote const quote = create(draftOf({off}));
    BOOST_TEST(*quote.approvalRequired);
    BOOST_TEST(contains(*quote.approvalReason, "Line 1: 20.01 %"));
    Quote whole = draftOf({line("Pump", "100")});
    whole.discountPercent = number("20");
    BOOST_TEST(!needs(whole));
    whole.discountPercent.reset();
    whole.discountAmount = number("20.01");
    BOOST_TEST(needs(whole));
    // A low price is a discount as well.
    QuoteLine cheap = lineOf(pump);
    cheap.unitPrice = number("79.99");
    cheap.listPrice = number("80");  // the list says otherwise
    BOOST_TEST(needs(draftOf({cheap})));
    Quote better;
    better.id = quote.id;
    better.lines = {line("Pump", "100")};
    BOOST_TEST(!change(better).has_value());
    BOOST_TEST(!*get<Quote>(*quote.id).approvalRequired);
    BOOST_TEST(!get<Quote>(*quote.id).approvalReason.has_value());
}

BOOST_AUTO_TEST_CASE(each_step_from_each_stage) {
    // What becomes of the quote; a step that is not here is refused.
    std::map<std::pair<std::string, std::string>, std::string> const ways{
        {{"draft", "submit"}, "approved"},      {{"inReview", "approve"}, "approved"},
        {{"inReview", "decline"}, "draft"},     {{"inReview", "recall"}, "draft"},
        {{"inReview", "revise"}, "superseded"}, {{"approved", "send"}, "sent"},
        {{"approved", "recall"}, "draft"},      {{"approved", "revise"}, "superseded"},
        {{"sent", "recall"}, "draft"},          {{"sent", "accept"}, "accepted"},
        {{"sent", "reject"}, "rejected"},       {{"sent", "revise"}, "superseded"},
        {{"accepted", "revise"}, "superseded"}, {{"rejected", "revise"}, "superseded"},
        {{"expired", "revise"}, "superseded"}};
    for (const char *const stage : allStages) {
        for (const char *const action :
             {"submit", "approve", "decline", "send", "recall", "accept", "reject", "revise"}) {
            Quote const before = quoteIn(stage);
            BOOST_TEST_REQUIRE(*before.stage == stage);
            auto const way = ways.find({stage, action});
            auto const code = codeOf([&] { advance(*before.id, action); });
            Quote const after = get<Quote>(*before.id);
            BOOST_TEST_CONTEXT(stage << ' ' << action) {
                BOOST_TEST(code.has_value() == (way == ways.end()));
                if (code) BOOST_TEST((*code == ErrorCode::conflict));
                BOOST_TEST(*after.stage == (way == ways.end() ? stage : way->second));
                if (code) BOOST_TEST(*after.version == *before.version);
            }
        }
    }
    BOOST_TEST((codeOf([&] { advance(*quoteIn("draft").id, "destroy"); }) == ErrorCode::validation));
    BOOST_TEST((codeOf([&] { advance("01940000-0000-7000-8000-00000000aaaa", "submit"); }) == ErrorCode::notFound));
    BOOST_TEST((codeOf([&] { advance(*create(draftOf({})).id, "submit"); }) == ErrorCode::validation));
}

BOOST_AUTO_TEST_CASE(what_the_steps_leave_behind) {
    Quote draft = draftOf({line("Pump", "100")});
    draft.discountPercent = number("25");
    std::string const id = *create(draft).id;
    BOOST_TEST(*advance(id, "submit").stage == "inReview");
    Quote const declined = advance(id, "decline", "Too much.");
    BOOST_TEST(*declined.stage == "draft");
    BOOST_TEST(*declined.approvalNote == "Too much.");
    advance(id, "submit");
    Quote const approved = advance(id, "approve", "This once.");
    BOOST_TEST(*approved.approvedBy == admin.principal->userId);
    BOOST_TEST(approved.approvedAt.has_value());
    Quote const sent = advance(id, "send");
    BOOST_TEST(sent.sentAt.has_value());
    BOOST_TEST(sent.acceptToken->size() == 22U);
    BOOST_TEST(*sent.acceptUrl == std::string(publicUrl) + "/q/" + *sent.acceptToken);
    Quote const recalled = advance(id, "recall");
    BOOST_TEST(!recalled.acceptToken.has_value());
    BOOST_TEST(!recalled.acceptUrl.has_value());
    BOOST_TEST(!recalled.sentAt.has_value());
    BOOST_TEST(!recalled.approvedAt.has_value());
    BOOST_TEST(!recalled.approvedBy.has_value());
    advance(id, "submit");
    advance(id, "approve");
    BOOST_TEST(*advance(id, "send").acceptToken != *sent.acceptToken);
    Quote const accepted = advance(id, "accept", "Jane Doe, by telephone");
    BOOST_TEST(*accepted.acceptedByName == "Jane Doe, by telephone");
    BOOST_TEST(*accepted.acceptedFrom == "admin");
    BOOST_TEST(accepted.acceptedAt.has_value());
    // Each step is a version, with its audit entries, as any change.
    BOOST_TEST(*accepted.version == 11);
    auto const history = operations.history(admin, {Quote::contractType().entity, id, {}, {}, {}}, 200, "");
    BOOST_TEST(std::ranges::any_of(history.entries, [](const AuditEntry &entry) {
        return entry.field == "stage" && entry.newValue == "accepted";
    }));
    std::string const other = *quoteIn("sent").id;
    BOOST_TEST(*advance(other, "reject", "Too dear.").rejectReason == "Too dear.");
}

BOOST_AUTO_TEST_CASE(only_a_draft_can_be_changed) {
    for (const char *const stage : allStages) {
        Quote const quote = quoteIn(stage);
        Quote cheaper;
        cheaper.id = quote.id;
        cheaper.lines = {line("Pump", "1")};
        auto const error = change(cheaper);
        BOOST_TEST_CONTEXT(stage) {
            BOOST_TEST(error.has_value() == (std::string_view(stage) != "draft"));
            if (error) BOOST_TEST((error->code == ErrorCode::conflict));
            Quote note;
            note.id = quote.id;
            note.notes = "Called.";
            BOOST_TEST(!change(note).has_value());
            auto const removed = remove(quote.structType().entity, *quote.id);
            std::string_view const name = stage;
            BOOST_TEST(removed.has_value() == (name == "sent" || name == "accepted"));
            if (removed) continue;
            auto const back =
                operations.undeleteRecords(admin, {{quote.structType().entity, *quote.id, {}, {}, {}}}, {});
            BOOST_TEST(!back.at(0).error.has_value());
            BOOST_TEST(*get<Quote>(*quote.id).stage == stage);
        }
    }
}

BOOST_AUTO_TEST_CASE(rights) {
    services.newUser("sam", {*services.roleNamed("Sales").id});
    services.newUser("mia", {*services.roleNamed("Sales manager").id});
    auth::Caller const sam = services.callerOf("sam", "correct horse");
    auth::Caller const mia = services.callerOf("mia", "correct horse");
    Quote draft = draftOf({line("Pump", "100")});
    draft.discountPercent = number("25");
    std::string const id = *services.create(operations, sam, draft).id;
    advanceAs(sam, id, "submit");
    BOOST_TEST((codeOf([&] { advanceAs(sam, id, "approve"); }) == ErrorCode::forbidden));
    BOOST_TEST((codeOf([&] { advanceAs(sam, id, "decline"); }) == ErrorCode::forbidden));
    BOOST_TEST(*advanceAs(mia, id, "approve").stage == "approved");
    std::string const hers = *services.create(operations, mia, draft).id;
    BOOST_TEST((codeOf([&] { advanceAs(sam, hers, "submit"); }) == ErrorCode::notFound));
    GetQuoteDocument input;
    input.quoteId = hers;
    BOOST_TEST((codeOf([&] { (void)getQuoteDocument(*services.leadService, sam, input); }) == ErrorCode::notFound));

    // Somebody else's deal cannot be reached through a quote.
    Opportunity deal;
    deal.name = "Deal";
    deal.closeDate = Date::parse("2027-03-31");
    deal = services.create(operations, mia, deal);
    Quote sneaky = draftOf({line("Pump", "1")});
    sneaky.opportunityId = deal.id;
    BOOST_TEST((codeOf([&] { services.create(operations, sam, sneaky); }) == ErrorCode::validation));
}

BOOST_AUTO_TEST_CASE(fields_that_a_role_may_not_write_are_the_servers_to_write) {
    identity::Role role;
    role.name = "Narrow";
    identity::EntityRight &quotes = role.entityRights.emplace_back();
    quotes.entity = "Quote";
    quotes.create = true;
    quotes.read = quotes.update = "all";
    quotes.remove = "none";
    for (auto const &[field, access] : {std::pair{"stage", "readOnly"}, {"acceptToken", "hidden"}}) {
        identity::FieldRight &right = role.fieldRights.emplace_back();
        right.entity = "Quote";
        right.field = field;
        right.right = access;
    }
    role = services.create(services.identities(), admin, role);
    services.newUser("nora", {*role.id});
    auth::Caller const nora = services.callerOf("nora", "correct horse");
    std::string const id = *create(draftOf({line("Pump", "100")})).id;
    advanceAs(nora, id, "submit");
    Quote const sent = advanceAs(nora, id, "send");
    BOOST_TEST(*sent.stage == "sent");
    BOOST_TEST(!sent.acceptToken.has_value());
    BOOST_TEST(get<Quote>(id).acceptToken.has_value());
}

BOOST_AUTO_TEST_CASE(a_stale_version_is_refused) {
    Quote const quote = quoteIn("sent");
    BOOST_TEST(
        (codeOf([&] { advanceAs(admin, *quote.id, "accept", {}, *quote.version - 1); }) == ErrorCode::versionConflict));
    BOOST_TEST(*advanceAs(admin, *quote.id, "accept", {}, *quote.version).stage == "accepted");
}

BOOST_AUTO_TEST_CASE(a_revision_takes_the_place_of_the_old_one) {
    Quote draft = draftOf({line("Pump", "100")});
    draft.terms = "Cash.";
    draft.validUntil = Date::parse("2099-12-31");
    draft.tags = {"big"};
    std::string const id = *create(draft).id;
    advance(id, "submit");
    advance(id, "send");
    Quote const next = advance(id, "revise");
    Quote const old = get<Quote>(id);
    BOOST_TEST(*old.stage == "superseded");
    BOOST_TEST(*next.number == *old.number);
    BOOST_TEST(*next.revision == 2);
    BOOST_TEST(*next.supersedesId == id);
    BOOST_TEST(*next.stage == "draft");
    BOOST_TEST(*next.terms == "Cash.");
    BOOST_TEST(*next.ownerId == *old.ownerId);
    BOOST_TEST((next.validUntil == Date::parse("2099-12-31")));
    BOOST_TEST(next.tags == Texts{"big"}, boost::test_tools::per_element());
    BOOST_TEST(!next.acceptToken.has_value());
    BOOST_TEST(text(next.total) == "100.00");
    advance(*next.id, "submit");
    BOOST_TEST(*advance(*next.id, "revise").revision == 3);
}

BOOST_AUTO_TEST_CASE(a_revision_keeps_what_is_no_longer_sold) {
    PriceBook const book = newBook("Euro", "EUR");
    Product const pump = newProduct("PUMP", "100");
    Quote draft = draftOf({lineOf(pump)});
    draft.priceBookId = book.id;
    std::string const id = *create(draft).id;
    advance(id, "submit");
    BOOST_TEST(!remove(pump.structType().entity, *pump.id).has_value());
    PriceBook off;
    off.id = book.id;
    off.isActive = false;
    BOOST_TEST(!change(off).has_value());
    BOOST_TEST(text(advance(id, "revise").total) == "100.00");
}

BOOST_AUTO_TEST_CASE(the_answer_that_is_kept_holds_the_new_quote_only) {
    Quote const quote = quoteIn("sent");
    AdvanceQuote input;
    input.quoteId = quote.id;
    input.action = "revise";
    std::size_t count = 0;
    std::string id;
    entity::WriteOptions options;
    options.beforeCommit = [&](const std::vector<entity::RecordResult> &results, postgres::Batch &) {
        count = results.size();
        id = results.at(0).id;
    };
    auto const result = advanceQuote(*services.leadService, admin, input, options);
    BOOST_TEST(!result.error.has_value());
    BOOST_TEST(count == 1U);
    BOOST_TEST(id == result.id);
    BOOST_TEST(id != *quote.id);
}

BOOST_AUTO_TEST_CASE(an_accepted_quote_is_what_the_deal_is_worth) {
    Opportunity deal;
    deal.name = "Deal";
    deal.closeDate = Date::parse("2027-03-31");
    deal.amount = number("5");
    deal = create(deal);
    QuoteLine taxed = line("Pump", "100", "2");
    taxed.taxPercent = number("19");
    Quote draft = draftOf({taxed});
    draft.discountPercent = number("10");
    draft.shipping = number("15");
    draft.opportunityId = deal.id;
    std::string const id = *create(draft).id;
    advance(id, "submit");
    advance(id, "send");
    BOOST_TEST(text(get<Opportunity>(*deal.id).amount) == "5.00");
    advance(id, "accept");
    Opportunity const after = get<Opportunity>(*deal.id);
    BOOST_TEST(text(after.amount) == "180.00");
    BOOST_TEST(*after.amountSource == "manual");
    BOOST_TEST(text(after.amountBase) == "180.00");

    std::string const second = *create(draft).id;
    advance(second, "submit");
    advance(second, "send");
    BOOST_TEST(!remove(deal.structType().entity, *deal.id).has_value());
    BOOST_TEST(*advance(second, "accept").stage == "accepted");
}

BOOST_AUTO_TEST_CASE(an_offer_that_is_over_cannot_be_accepted) {
    Quote draft = draftOf({line("Pump", "100")});
    draft.validUntil = Date{static_cast<std::int32_t>(DateTime::now().microseconds / 86'400'000'000) - 1};
    std::string const id = *create(draft).id;
    advance(id, "submit");
    BOOST_TEST((codeOf([&] { advance(id, "send"); }) == ErrorCode::conflict));
    BOOST_TEST(*get<Quote>(id).stage == "approved");
    std::string const late = *quoteIn("sent").id;
    expireOffer(late);
    BOOST_TEST((codeOf([&] { advance(late, "accept"); }) == ErrorCode::conflict));
    BOOST_TEST(*get<Quote>(late).stage == "expired");
}

BOOST_AUTO_TEST_CASE(of_two_people_at_once_one_decides) {
    for (int round = 0; round < 12; ++round) {
        Quote const quote = quoteIn("sent");
        std::atomic<int> accepted = 0;
        std::atomic<int> recalled = 0;
        std::vector<std::thread> threads;
        for (int i = 0; i < 2; ++i) {
            threads.emplace_back([&] {
                if (request("POST", pageOf(quote), "action=accept&name=Jane&agree=yes").status == 303) ++accepted;
            });
            threads.emplace_back([&] {
                if (!codeOf([&] { advance(*quote.id, "recall"); })) ++recalled;
            });
        }
        for (std::thread &thread : threads) thread.join();
        BOOST_TEST(accepted + recalled == 1);
        BOOST_TEST(*get<Quote>(*quote.id).stage == (accepted == 1 ? "accepted" : "draft"));
    }
}

BOOST_AUTO_TEST_CASE(of_two_revisions_at_once_one_is_made) {
    Quote const quote = quoteIn("sent");
    std::atomic<int> made = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            if (!codeOf([&] { advance(*quote.id, "revise"); })) ++made;
        });
    }
    for (std::thread &thread : threads) thread.join();
    BOOST_TEST(made == 1);
}

BOOST_AUTO_TEST_CASE(the_document_has_everything_in_the_customers_language) {
    QuoteLine pump = line("Насос Ωμέγα", "1234.5", "2");
    pump.taxPercent = number("19");
    pump.group = "Hardware";
    pump.description = "Robust & leise";
    QuoteLine option = line("Wartung", "99.99");
    option.isOptional = true;
    option.group = "Hardware";
    Quote draft = draftOf({pump, option});
    draft.language = "de-AT";
    draft.recipientName = "Åsa Öberg";
    draft.terms = "Nur solange der Vorrat reicht.";
    draft.validUntil = Date::parse("2099-12-31");
    std::string const id = *create(draft).id;
    GetQuoteDocument input;
    input.quoteId = id;
    QuoteDocument const document = getQuoteDocument(*services.leadService, admin, input);
    BOOST_TEST(*document.contentType == "application/pdf");
    BOOST_TEST(*document.fileName == *get<Quote>(id).number + "-1.pdf");
    BOOST_TEST_REQUIRE(document.content->starts_with("%PDF-"));
    std::string const shown = textOf(*document.content);
    for (const char *const part :
         {"Angebot", "Entwurf", "Q-20", "31.12.2099", "Насос Ωμέγα", "Robust & leise", "2.469,00", "1.234,50",
          "Wartung (optional)", "99,99", "Zwischensumme Hardware", "Optionale Positionen", "Steuer 19", "469,11",
          "2.938,11", "Åsa Öberg", "Nur solange der Vorrat reicht.", "Seite 1 von 1"}) {
        BOOST_TEST(contains(shown, part), part << " is not in " << shown);
    }
    Quote swedish;
    swedish.id = id;
    swedish.language = "sv";
    BOOST_TEST(!change(swedish).has_value());
    BOOST_TEST(contains(textOf(*getQuoteDocument(*services.leadService, admin, input).content), "Offert"));
    swedish.language = "fr";
    BOOST_TEST(!change(swedish).has_value());
    std::string const english = textOf(*getQuoteDocument(*services.leadService, admin, input).content);
    BOOST_TEST(contains(english, "2,938.11"));
    BOOST_TEST(contains(english, "Valid until"));
}

BOOST_AUTO_TEST_CASE(a_long_document_has_as_many_pages_as_it_takes) {
    std::vector<QuoteLine> lines;
    for (int i = 1; i <= 120; ++i) {
        lines.push_back(line("Line " + std::to_string(i) + ' ' + std::string(100, 'x'), "1.50"));
        lines.back().description = std::string(1500, 'y') + "\nend of " + std::to_string(i);
    }
    GetQuoteDocument input;
    input.quoteId = *create(draftOf(lines)).id;
    std::string const shown = textOf(*getQuoteDocument(*services.leadService, admin, input).content);
    for (int i = 1; i <= 120; ++i) BOOST_TEST(contains(shown, "end of " + std::to_string(i) + "\n"), i);
    std::smatch last;
    BOOST_TEST_REQUIRE(std::regex_search(shown, last, std::regex("Page 1 of ([0-9]+)")));
    BOOST_TEST(std::stoi(last[1]) > 10);
    BOOST_TEST(contains(shown, "Page " + last[1].str() + " of " + last[1].str()));
}

BOOST_AUTO_TEST_CASE(an_unknown_page_is_not_found) {
    Answer const unknown = request("GET", "/q/AAAAAAAAAAAAAAAAAAAAAA", "", {{"Accept-Language", "sv"}});
    BOOST_TEST(unknown.status == 404);
    BOOST_TEST(contains(unknown.body, "<html lang=\"sv\">"));
    BOOST_TEST(unknown.headers.at("Cache-Control") == "no-store");
    BOOST_TEST(request("GET", "/q/AAAAAAAAAAAAAAAAAAAAAA/document.pdf").status == 404);
    BOOST_TEST(request("POST", "/q/AAAAAAAAAAAAAAAAAAAAAA", "action=accept&name=J&agree=yes").status == 404);
    Quote const recalled = quoteIn("sent");
    advance(*recalled.id, "recall");
    BOOST_TEST(request("GET", pageOf(recalled)).status == 404);
}

BOOST_AUTO_TEST_CASE(the_page_shows_the_quote_and_takes_no_nonsense) {
    Quote draft = draftOf({line("<b>Pump</b>", "1234.5")});
    draft.language = "de";
    std::string const id = *create(draft).id;
    advance(id, "submit");
    Quote const sent = advance(id, "send");
    Answer const page = request("GET", pageOf(sent));
    BOOST_TEST(page.status == 200);
    BOOST_TEST(contains(page.body, "<html lang=\"de\">"));
    BOOST_TEST(contains(page.body, "&lt;b&gt;Pump&lt;/b&gt;"));
    BOOST_TEST(!contains(page.body, "<b>"));
    BOOST_TEST(contains(page.body, "1.234,50"));
    BOOST_TEST(contains(page.body, "Angebot annehmen"));
    BOOST_TEST(page.headers.at("Cache-Control") == "no-store");
    BOOST_TEST(page.headers.at("Referrer-Policy") == "no-referrer");
    BOOST_TEST(contains(page.headers.at("Content-Security-Policy"), "default-src 'none'"));
    BOOST_TEST(contains(page.headers.at("Content-Security-Policy"), "frame-ancestors 'none'"));
    Answer const pdf = request("GET", pageOf(sent) + "/document.pdf");
    BOOST_TEST(pdf.body.starts_with("%PDF-"));

    auto const post = [&](const std::string &body, const std::map<std::string, std::string> &headers = {}) {
        return request("POST", pageOf(sent), body, headers);
    };
    Answer const nameless = post("action=accept&agree=yes&name=%20");
    BOOST_TEST(nameless.status == 422);
    BOOST_TEST(contains(nameless.body, "id=\"name-error\""));
    BOOST_TEST(contains(nameless.body, " checked"));
    Answer const unticked = post("action=accept&name=Jane+%22Q%22+Doe");
    BOOST_TEST(contains(unticked.body, "id=\"agree-error\""));
    BOOST_TEST(contains(unticked.body, "Jane &quot;Q&quot; Doe"));
    BOOST_TEST(post("action=destroy").status == 400);
    BOOST_TEST(post("action=accept&agree=yes&name=" + std::string(256, 'x')).status == 422);
    BOOST_TEST(post("action=accept&agree=yes&name=%01").status == 400);
    BOOST_TEST(post("%zz").status == 400);
    BOOST_TEST(post("{}", {{"Content-Type", "application/json"}}).status == 415);
    std::string const good = "action=accept&agree=yes&name=Jane";
    BOOST_TEST(post(good, {{"Origin", "https://evil.example"}}).status == 403);
    BOOST_TEST(post(good, {{"Sec-Fetch-Site", "cross-site"}}).status == 403);
    BOOST_TEST(post(good, {{"Sec-Fetch-Site", "same-site"}, {"Origin", std::string(publicUrl)}}).status == 403);
    BOOST_TEST(*get<Quote>(id).stage == "sent");
}

BOOST_AUTO_TEST_CASE(the_customer_accepts_or_rejects_once) {
    Opportunity deal;
    deal.name = "Deal";
    deal.closeDate = Date::parse("2027-03-31");
    deal = create(deal);
    Quote draft = draftOf({line("Pump", "100")});
    draft.opportunityId = deal.id;
    std::string const id = *create(draft).id;
    advance(id, "submit");
    Quote const sent = advance(id, "send");
    std::string const good = "action=accept&agree=yes&name=Jane+%C3%96berg";
    Answer const answer = request("POST", pageOf(sent), good, {{"Origin", std::string(publicUrl)}});
    BOOST_TEST(answer.status == 303);
    BOOST_TEST(answer.headers.at("Location") == pageOf(sent));
    Quote const accepted = get<Quote>(id);
    BOOST_TEST(*accepted.stage == "accepted");
    BOOST_TEST(*accepted.acceptedByName == "Jane Öberg");
    BOOST_TEST(*accepted.acceptedFrom == "192.0.2.7");
    BOOST_TEST(text(get<Opportunity>(*deal.id).amount) == "100.00");
    Answer const after = request("GET", pageOf(sent));
    BOOST_TEST(contains(after.body, "Accepted by Jane Öberg"));
    BOOST_TEST(!contains(after.body, "<form"));
    BOOST_TEST(request("POST", pageOf(sent), "action=reject").status == 409);
    BOOST_TEST(*get<Quote>(id).stage == "accepted");

    Quote const other = quoteIn("sent");
    BOOST_TEST(request("POST", pageOf(other), "action=reject&reason=Too+dear", {{"Origin", "null"}}).status == 303);
    BOOST_TEST(*get<Quote>(*other.id).rejectReason == "Too dear");
    BOOST_TEST(contains(request("GET", pageOf(other)).body, "has been rejected"));
}

BOOST_AUTO_TEST_CASE(a_page_of_an_offer_that_is_over_says_so) {
    Quote const sent = quoteIn("sent");
    expireOffer(*sent.id);
    Answer const page = request("GET", pageOf(sent));
    BOOST_TEST(contains(page.body, "has expired"));
    BOOST_TEST(!contains(page.body, "<form"));
    BOOST_TEST(*get<Quote>(*sent.id).stage == "sent");
    Answer const answer = request("POST", pageOf(sent), "action=accept&agree=yes&name=Jane");
    BOOST_TEST(answer.status == 409);
    BOOST_TEST(contains(answer.body, "has expired"));
    BOOST_TEST(*get<Quote>(*sent.id).stage == "expired");
    Quote const old = quoteIn("sent");
    advance(*old.id, "revise");
    BOOST_TEST(contains(request("GET", pageOf(old)).body, "newer revision"));
}

BOOST_AUTO_TEST_CASE(the_customers_word_counts_whatever_becomes_of_the_deal) {
    // A currency without a rate: the deal cannot be converted, the acceptance stands.
    CurrencyRate rate;
    rate.currency = "SEK";
    rate.date = Date::parse("2020-01-01");
    rate.rate = number("0.09");
    rate = create(rate);
    Opportunity deal;
    deal.name = "Deal";
    deal.closeDate = Date::parse("2027-03-31");
    deal.amount = number("7");
    deal = create(deal);
    Quote draft = draftOf({line("Pump", "100")});
    draft.currency = "SEK";
    draft.opportunityId = deal.id;
    std::string const id = *create(draft).id;
    advance(id, "submit");
    Quote const sent = advance(id, "send");
    BOOST_TEST(!remove(rate.structType().entity, *rate.id).has_value());
    BOOST_TEST((codeOf([&] { advance(id, "accept"); }) == ErrorCode::validation));
    BOOST_TEST(*get<Quote>(id).stage == "sent");
    BOOST_TEST(request("POST", pageOf(sent), "action=accept&agree=yes&name=Jane").status == 303);
    BOOST_TEST(*get<Quote>(id).stage == "accepted");
    BOOST_TEST(text(get<Opportunity>(*deal.id).amount) == "7.00");
}

BOOST_AUTO_TEST_SUITE_END()
