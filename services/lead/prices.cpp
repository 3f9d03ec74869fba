#include "services/lead/prices.h"

#include "services/lead/quotes.h"
#include "shared/entity/members.h"
#include "shared/entity/validate.h"

#include <algorithm>

namespace kontor::lead {

using entity::refuse;
using entity::WriteContext;
using postgres::Parameters;
using postgres::Rows;
using postgres::Statement;

namespace {

constexpr std::int64_t microsecondsOfDay = 86'400'000'000;

const Statement selectPrices{
    "selectPrices",
    "WITH RECURSIVE book AS ("
    "SELECT id, parent_id, is_active, valid_from, valid_to, 0 AS depth, ARRAY[id] AS path FROM price_book"
    " WHERE id = $1 AND deleted_at IS NULL"
    " UNION ALL SELECT p.id, p.parent_id, p.is_active, p.valid_from, p.valid_to, b.depth + 1, b.path || p.id"
    " FROM book b JOIN price_book p ON p.id = b.parent_id AND p.deleted_at IS NULL"
    " WHERE p.id <> ALL (b.path) AND b.depth < 50)"
    " SELECT w.position, found.price"
    " FROM unnest($2::uuid[], $3::text[]) WITH ORDINALITY AS w (product_id, quantity, position)"
    " CROSS JOIN LATERAL (SELECT e.price FROM book b JOIN price_book_entry e ON e.price_book_id = b.id"
    " WHERE e.product_id = w.product_id AND e.deleted_at IS NULL AND b.is_active IS NOT FALSE"
    " AND (b.valid_from IS NULL OR b.valid_from <= $4) AND (b.valid_to IS NULL OR b.valid_to >= $4)"
    " AND (e.valid_from IS NULL OR e.valid_from <= $4) AND (e.valid_to IS NULL OR e.valid_to >= $4)"
    // Half an hour costs half of what an hour costs: less than 1 is not too little.
    " AND coalesce(e.minimum_quantity, 1) <= greatest(w.quantity::numeric, 1)"
    " ORDER BY b.depth, e.minimum_quantity DESC NULLS LAST, e.valid_from DESC NULLS LAST, e.id LIMIT 1) AS found"};

// One at a time where what is written depends on what others write: trees without loops, prices that do not overlap.
const Statement takeTurn{"takeTurn", "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"};

const Statement selectPriceBook{"selectPriceBook",
                                "SELECT currency FROM price_book WHERE id = $1 AND deleted_at IS NULL"};
const Statement priceBookLoop{"priceBookLoop",
                              "WITH RECURSIVE above AS (SELECT id, parent_id, 0 AS depth FROM price_book WHERE id = $1"
                              " UNION ALL SELECT p.id, p.parent_id, a.depth + 1 FROM above a JOIN price_book p"
                              " ON p.id = a.parent_id WHERE a.depth < 100) SELECT 1 FROM above WHERE id = $2 LIMIT 1"};
const Statement childBook{"childBook",
                          "SELECT name FROM price_book WHERE parent_id = $1 AND deleted_at IS NULL LIMIT 1"};
const Statement categoryLoop{
    "categoryLoop", "WITH RECURSIVE above AS (SELECT id, parent_id, 0 AS depth FROM product_category WHERE id = $1"
                    " UNION ALL SELECT p.id, p.parent_id, a.depth + 1 FROM above a JOIN product_category p"
                    " ON p.id = a.parent_id WHERE a.depth < 100) SELECT 1 FROM above WHERE id = $2 LIMIT 1"};
const Statement selectParentProduct{"selectParentProduct",
                                    "SELECT parent_id, category_id, type, unit, list_price, cost, currency, tax_rate_id"
                                    " FROM product WHERE id = $1 AND deleted_at IS NULL"};
const Statement variantOf{"variantOf", "SELECT name FROM product WHERE parent_id = $1 AND deleted_at IS NULL LIMIT 1"};
const Statement overlappingPrice{
    "overlappingPrice",
    "SELECT id FROM price_book_entry WHERE price_book_id = $1 AND product_id = $2 AND id <> $3 AND deleted_at IS NULL"
    " AND coalesce(minimum_quantity, 1) = $4 AND daterange(valid_from, valid_to, '[]') && daterange($5, $6, '[]')"
    " LIMIT 1"};

void requireOrder(const std::optional<Date> &from, const std::optional<Date> &to) {
    if (from && to && *to < *from) refuse("/validTo", "OUT_OF_RANGE", "is before validFrom");
}

void requireCurrency(const Settings &settings, const std::optional<std::string> &currency) {
    if (!currency) return;
    bool const known = std::ranges::any_of(settings.currencies, [&](const Currency &c) { return c.code == currency; });
    if (!known) refuse("/currency", "UNKNOWN_CURRENCY", "is not a currency in use");
}

template <typename T> void activeUnlessGiven(WriteContext &, Record &incoming, const Record *existing) {
    auto &record = static_cast<T &>(incoming);
    if (existing == nullptr && !record.isActive) record.isActive = true;
}

/// What a new variant does not say comes from its product. The price and its currency go together.
void followProduct(Product &variant, const Rows &product) {
    if (!variant.categoryId && !product.isNull(0, 1)) variant.categoryId = product.uuid(0, 1);
    if (!variant.type && !product.isNull(0, 2)) variant.type = product.text(0, 2);
    if (!variant.unit && !product.isNull(0, 3)) variant.unit = product.text(0, 3);
    bool const otherCurrency = variant.currency && !product.isNull(0, 6) && *variant.currency != product.text(0, 6);
    if (!otherCurrency) {
        if (!variant.listPrice && !product.isNull(0, 4)) variant.listPrice = product.numeric(0, 4);
        if (!variant.cost && !product.isNull(0, 5)) variant.cost = product.numeric(0, 5);
        if (!variant.currency && !product.isNull(0, 6)) variant.currency = product.text(0, 6);
    }
    if (!variant.taxRateId && !product.isNull(0, 7)) variant.taxRateId = product.uuid(0, 7);
}

/// Variants are one level below their product, so there is no circle.
void checkVariant(WriteContext &context, Product &incoming, const Record *existing) {
    auto const product = entity::merged(incoming, existing);
    auto const *const before = static_cast<const Product *>(existing);
    bool const asks = before == nullptr || before->parentId != product.parentId || before->deletedAt;
    if (!product.parentId || !asks) return;
    context.transaction.run(takeTurn, Parameters().text("product"));
    if (product.parentId == product.id) refuse("/parentId", "CYCLE", "must be another product");
    Rows const parent = context.transaction.run(selectParentProduct, Parameters().uuid(product.parentId));
    if (parent.empty()) refuse("/parentId", "UNKNOWN_REFERENCE", "is not a product");
    if (!parent.isNull(0, 0)) refuse("/parentId", "CYCLE", "is a variant itself");
    if (existing == nullptr) return followProduct(incoming, parent);
    Rows const variant = context.transaction.run(variantOf, Parameters().uuid(product.id));
    if (!variant.empty()) {
        refuse("/parentId", "CYCLE", "would make a variant of what has one: " + std::string(variant.text(0, 0)));
    }
}

void beforeProduct(WriteContext &context, Record &incoming, const Record *existing, Catalogue &catalogue) {
    activeUnlessGiven<Product>(context, incoming, existing);
    auto &given = static_cast<Product &>(incoming);
    checkVariant(context, given, existing);
    auto const product = entity::merged(given, existing);
    auto const settings = catalogue.settings();
    if ((product.listPrice || product.cost) && !product.currency) given.currency = settings->baseCurrency();
    requireCurrency(*settings, given.currency);
}

void beforeCategory(WriteContext &context, Record &incoming, const Record *) {
    const auto &category = static_cast<const ProductCategory &>(incoming);
    if (!category.parentId) return;
    context.transaction.run(takeTurn, Parameters().text("product_category"));
    bool const itself = category.parentId == category.id;
    if (itself ||
        !context.transaction.run(categoryLoop, Parameters().uuid(category.parentId).uuid(category.id)).empty()) {
        refuse("/parentId", "CYCLE", "is below this category");
    }
}

void checkParent(WriteContext &context, const PriceBook &book) {
    context.transaction.run(takeTurn, Parameters().text("price_book"));
    Rows const parent = context.transaction.run(selectPriceBook, Parameters().uuid(book.parentId));
    if (parent.empty()) refuse("/parentId", "UNKNOWN_REFERENCE", "is not a price book");
    if (parent.text(0, 0) != book.currency.value_or("")) {
        refuse("/parentId", "OTHER_CURRENCY", "has prices in " + std::string(parent.text(0, 0)));
    }
    bool const itself = book.parentId == book.id;
    if (itself || !context.transaction.run(priceBookLoop, Parameters().uuid(book.parentId).uuid(book.id)).empty()) {
        refuse("/parentId", "CYCLE", "gets its own prices from this book");
    }
}

void beforePriceBook(WriteContext &context, Record &incoming, const Record *existing, Catalogue &catalogue) {
    activeUnlessGiven<PriceBook>(context, incoming, existing);
    auto &given = static_cast<PriceBook &>(incoming);
    if (existing == nullptr && !given.isDefault) given.isDefault = false;
    auto const book = entity::merged(given, existing);
    requireOrder(book.validFrom, book.validTo);
    if (existing == nullptr) requireCurrency(*catalogue.settings(), book.currency);
    auto const *const before = static_cast<const PriceBook *>(existing);
    // One that comes back from the recycle bin is looked at, too: its parent may have gone meanwhile.
    bool const asks = before == nullptr || before->parentId != book.parentId || before->deletedAt;
    if (book.parentId && asks) checkParent(context, book);
}

void beforePriceBookDelete(WriteContext &context, const Record &existing) {
    Rows const child = context.transaction.run(childBook, Parameters().uuid(existing.id));
    if (child.empty()) return;
    throw Error(ErrorCode::conflict,
                "The price book " + std::string(child.text(0, 0)) + " gets prices from this one: change it first.");
}

void beforePrice(WriteContext &context, Record &incoming, const Record *existing) {
    auto &given = static_cast<PriceBookEntry &>(incoming);
    if (existing == nullptr && !given.minimumQuantity) given.minimumQuantity = Decimal(1, 0);
    auto const entry = entity::merged(given, existing);
    requireOrder(entry.validFrom, entry.validTo);
    if (!entry.priceBookId || !entry.productId) return;  // said to be required by what comes after
    if (context.transaction.run(selectPriceBook, Parameters().uuid(entry.priceBookId)).empty()) {
        refuse("/priceBookId", "UNKNOWN_REFERENCE", "is not a price book");
    }
    context.transaction.run(takeTurn, Parameters().text("price " + *entry.priceBookId + *entry.productId));
    Parameters parameters;
    parameters.uuid(entry.priceBookId).uuid(entry.productId).uuid(entry.id);
    parameters.numeric(entry.minimumQuantity.value_or(Decimal(1, 0)));
    for (const std::optional<Date> &day : {entry.validFrom, entry.validTo}) {
        if (day) {
            parameters.date(*day);
        } else {
            parameters.null(postgres::type::date);
        }
    }
    Rows const other = context.transaction.run(overlappingPrice, std::move(parameters));
    if (other.empty()) return;
    Error twice(ErrorCode::duplicate, "The product has a price in this book for this quantity at that time.",
                {{"/minimumQuantity", "DUPLICATE", "has a price that overlaps in time"}});
    twice.conflictingId = other.uuid(0, 0);
    throw twice;
}

}  // namespace

Date today() { return Date{static_cast<std::int32_t>(DateTime::now().microseconds / microsecondsOfDay)}; }

std::vector<std::optional<Decimal>> pricesOf(postgres::Transaction &transaction, const std::string &priceBookId,
                                             const std::vector<Wanted> &wanted, Date day) {
    std::vector<std::string> products;
    std::vector<std::string> quantities;
    for (const Wanted &each : wanted) {
        products.push_back(each.productId);
        quantities.push_back(each.quantity.toString());
    }
    Rows const rows = transaction.run(
        selectPrices, Parameters().uuid(priceBookId).uuidArray(products).textArray(quantities).date(day));
    std::vector<std::optional<Decimal>> prices(wanted.size());
    for (int row = 0; row < rows.size(); ++row) {
        prices.at(static_cast<std::size_t>(rows.integer(row, 0) - 1)) = rows.numeric(row, 1);
    }
    return prices;
}

std::optional<Decimal> priceOf(postgres::Transaction &transaction, const std::string &priceBookId,
                               const std::string &productId, const Decimal &quantity, Date day) {
    return pricesOf(transaction, priceBookId, {{productId, quantity}}, day).front();
}

void addPriceBehaviours(std::map<std::string, entity::Behaviour> &behaviours, Catalogue &catalogue) {
    behaviours["Product"].beforeWrite = [&catalogue](WriteContext &context, Record &incoming, const Record *existing) {
        beforeProduct(context, incoming, existing, catalogue);
    };
    behaviours["ProductCategory"].beforeWrite = beforeCategory;
    behaviours["PriceBook"].beforeWrite = [&catalogue](WriteContext &context, Record &incoming,
                                                       const Record *existing) {
        beforePriceBook(context, incoming, existing, catalogue);
    };
    behaviours["PriceBook"].beforeDelete = beforePriceBookDelete;
    behaviours["PriceBookEntry"].beforeWrite = beforePrice;
    behaviours["TaxRate"].beforeWrite = activeUnlessGiven<TaxRate>;
}

}  // namespace kontor::lead
