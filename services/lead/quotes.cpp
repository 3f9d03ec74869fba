#include "services/lead/quotes.h"

#include "services/lead/prices.h"
#include "services/lead/pricing.h"
#include "shared/contract/uuid.h"
#include "shared/entity/access.h"
#include "shared/entity/members.h"
#include "shared/entity/validate.h"

#include <algorithm>
#include <array>
#include <set>

namespace kontor::lead {

using entity::refuse;
using entity::WriteContext;
using postgres::Parameters;
using postgres::Rows;
using postgres::Statement;

namespace {

constexpr std::size_t longestReason = 2000;
const Decimal one(1, 0);
const Decimal hundred(100, 0);

const Statement nextNumber{"nextQuoteNumber", "SELECT nextval('quote_number')"};
const Statement selectBook{"selectBookOfQuote",
                           "SELECT currency, is_active FROM price_book WHERE id = $1 AND deleted_at IS NULL"};
const Statement selectDeal{"selectDealOfQuote",
                           "SELECT owner_id, team_id, account_id, primary_contact_id, currency, price_book_id"
                           " FROM opportunity WHERE id = $1 AND deleted_at IS NULL"};
const Statement selectProducts{"selectProductsOfQuote",
                               "SELECT p.id, p.name, p.unit, p.list_price, p.cost, p.currency, p.is_active, t.percent"
                               " FROM product p LEFT JOIN tax_rate t ON t.id = p.tax_rate_id AND t.deleted_at IS NULL"
                               " WHERE p.id = ANY ($1) AND p.deleted_at IS NULL"};

std::optional<std::string> uuidAt(const Rows &rows, int column) {
    return rows.isNull(0, column) ? std::nullopt : std::optional(rows.uuid(0, column));
}

/// "12.5" for 12.5000.
std::string plain(const Decimal &number) { return number.rounded(number.fractionDigits()).toString(); }

/// "Q-2026-000123".
std::string numberOf(std::int64_t count) {
    std::string const year = today().toString().substr(0, 4);
    std::string digits = std::to_string(count);
    if (digits.size() < 6) digits.insert(0, 6 - digits.size(), '0');
    return "Q-" + year + "-" + digits;
}

std::string waysToChange(const std::string &stage) {
    if (stage == "inReview" || stage == "approved" || stage == "sent") return "recall it to change it, or revise it.";
    if (stage == "superseded") return "change the revision that has taken its place.";
    return "revise it to make another offer.";
}

/// What a write of a quote makes of it.
class QuoteRules {
  public:
    QuoteRules(WriteContext &context, const Settings &settings, Quote &incoming, const Quote *existing)
        : context_(context), settings_(settings), incoming_(incoming), existing_(existing) {}

    void apply() {
        // A record that comes back from the recycle bin is as it was, and a step of advanceQuote changes no offer.
        if (existing_ != nullptr && (existing_->deletedAt || takesStep())) return;
        if (existing_ != nullptr && existing_->stage != "draft") return requireSameOffer();
        if (existing_ == nullptr) begin();
        followOpportunity();
        chooseBook();
        Quote quote = entity::merged(incoming_, existing_);
        fillLines(quote);
        computeQuote(quote, {settings_.decimalsOf(quote.currency.value_or(""))});
        value(quote);
        judge(quote);
        keep(quote);
    }

  private:
    /// Only the server sets the stage.
    [[nodiscard]] bool takesStep() const { return incoming_.stage && incoming_.stage != existing_->stage; }

    void requireSameOffer() const {
        static constexpr std::array<std::string_view, 13> ours{
            "id",          "version", "createdAt", "createdBy", "updatedAt",    "updatedBy", "deletedAt",
            "externalIds", "ownerId", "teamId",    "tags",      "customFields", "notes"};
        Quote const quote = entity::merged(incoming_, existing_);
        for (const Field &field : Quote::contractType().fields) {
            if (field.name == "fieldsToNull" || std::ranges::find(ours, field.name) != ours.end()) continue;
            if (entity::equalMember(field, quote, *existing_)) continue;
            throw Error(ErrorCode::conflict,
                        "Only a draft can be changed; this quote is " + *existing_->stage + ": " +
                            waysToChange(*existing_->stage),
                        {{"/" + std::string(field.name), "READ_ONLY", "cannot be changed any more"}});
        }
    }

    void begin() {
        incoming_.stage = "draft";
        if (!incoming_.revision) incoming_.revision = 1;
        if (!incoming_.number) incoming_.number = numberOf(context_.transaction.run(nextNumber).integer(0, 0));
    }

    /// An accepted quote changes its opportunity, so whoever connects the two must be able to.
    void followOpportunity() {
        bool const connects =
            incoming_.opportunityId && (existing_ == nullptr || existing_->opportunityId != incoming_.opportunityId);
        if (!connects || incoming_.supersedesId) return;
        const EntityType &type = *Opportunity::contractType().entity;
        Rows const rows = context_.transaction.run(selectDeal, Parameters().uuid(incoming_.opportunityId));
        if (rows.empty()) refuse("/opportunityId", "UNKNOWN_REFERENCE", "is not an opportunity that you see");
        Opportunity deal;
        deal.ownerId = uuidAt(rows, 0);
        deal.teamId = uuidAt(rows, 1);
        const auth::Principal &principal = *context_.caller.principal;
        auto const rights = principal.rightsOn(type.name);
        if (!entity::reaches(rights.read, principal, type, deal)) {
            refuse("/opportunityId", "UNKNOWN_REFERENCE", "is not an opportunity that you see");
        }
        if (!entity::reaches(rights.update, principal, type, deal)) {
            throw Error(ErrorCode::forbidden, "You may not change this opportunity.",
                        {{"/opportunityId", "NOT_WRITABLE", "is an opportunity that you may not change"}});
        }
        if (!rows.isNull(0, 4)) dealCurrency_ = rows.text(0, 4);
        dealBook_ = uuidAt(rows, 5);
        if (existing_ != nullptr) return;
        if (!incoming_.accountId) incoming_.accountId = uuidAt(rows, 2);
        if (!incoming_.contactId) incoming_.contactId = uuidAt(rows, 3);
    }

    /// The price book and its currency, which is the quote's.
    void chooseBook() {
        if (existing_ == nullptr && !incoming_.priceBookId) incoming_.priceBookId = bookUnlessGiven();
        bool const changes =
            incoming_.priceBookId && (existing_ == nullptr || existing_->priceBookId != incoming_.priceBookId);
        Quote const quote = entity::merged(incoming_, existing_);
        std::optional<std::string> bookCurrency;
        if (quote.priceBookId) {
            Rows const book = context_.transaction.run(selectBook, Parameters().uuid(quote.priceBookId));
            bool const chosen = changes && !incoming_.supersedesId;
            if (book.empty() && chosen) refuse("/priceBookId", "UNKNOWN_REFERENCE", "is not a price book");
            if (!book.empty()) {
                bool const isOff = !book.isNull(0, 1) && !book.boolean(0, 1);
                if (chosen && isOff) refuse("/priceBookId", "INACTIVE", "is not in use");
                bookCurrency = book.text(0, 0);
            }
        }
        if (!incoming_.currency && (existing_ == nullptr || changes)) {
            incoming_.currency = bookCurrency ? bookCurrency : dealCurrency_;
            if (!incoming_.currency && existing_ == nullptr) incoming_.currency = settings_.baseCurrency();
        }
        std::string const currency = entity::merged(incoming_, existing_).currency.value_or("");
        if (std::ranges::none_of(settings_.currencies, [&](const Currency &c) { return c.code == currency; })) {
            refuse("/currency", "UNKNOWN_CURRENCY", "is not a currency in use");
        }
        if (bookCurrency && *bookCurrency != currency) {
            refuse("/currency", "OTHER_CURRENCY", "differs from the price book's, which is " + *bookCurrency);
        }
        bool const converted = existing_ != nullptr && existing_->currency != currency;
        if (converted && incoming_.lines.empty() && !quote.lines.empty()) {
            refuse("/currency", "LINES_REQUIRED", "changes: send the lines again with prices in " + currency);
        }
        pricesAnew_ = changes && existing_ != nullptr;
    }

    [[nodiscard]] std::optional<std::string> bookUnlessGiven() const {
        std::string const wanted = incoming_.currency.value_or(dealCurrency_.value_or(settings_.baseCurrency()));
        if (dealBook_ && wanted == dealCurrency_.value_or("")) return dealBook_;
        auto const book = std::ranges::find_if(settings_.priceBooks, [&](const PriceBook &each) {
            return each.isDefault.value_or(false) && each.isActive.value_or(true) && each.currency == wanted;
        });
        return book == settings_.priceBooks.end() ? std::nullopt : book->id;
    }

    /// What lines have from their products and the price book.
    void fillLines(Quote &quote) {
        bool const given = existing_ == nullptr || !incoming_.lines.empty();
        if (!given && !pricesAnew_) return;
        std::vector<Wanted> wanted;
        std::set<std::string> ids;
        for (QuoteLine &line : quote.lines) {
            if (!line.productId) continue;
            if (auto const id = parseUuid(*line.productId)) line.productId = uuidText(id->data());
            ids.insert(*line.productId);
            wanted.push_back({*line.productId, line.quantity.value_or(one)});
        }
        std::vector<std::optional<Decimal>> prices(wanted.size());
        if (!wanted.empty()) {
            loadProducts({ids.begin(), ids.end()});
            if (quote.priceBookId) prices = pricesOf(context_.transaction, *quote.priceBookId, wanted, today());
        }
        std::size_t next = 0;
        for (std::size_t i = 0; i < quote.lines.size(); ++i) {
            QuoteLine &line = quote.lines[i];
            std::string const pointer = "/lines/" + std::to_string(i);
            if (line.productId) {
                fillLine(quote, line, pointer, prices[next++], !given);
            } else if (!line.name) {
                errors_.push_back({pointer + "/name", "REQUIRED", "says what it is, where there is no product"});
            }
        }
        if (!errors_.empty()) throw entity::validationError(std::move(errors_));
    }

    void loadProducts(const std::vector<std::string> &ids) {
        Rows const rows = context_.transaction.run(selectProducts, Parameters().uuidArray(ids));
        for (int row = 0; row < rows.size(); ++row) {
            Product &product = products_[rows.uuid(row, 0)];
            product.name = rows.text(row, 1);
            if (!rows.isNull(row, 2)) product.unit = rows.text(row, 2);
            if (!rows.isNull(row, 3)) product.listPrice = rows.numeric(row, 3);
            if (!rows.isNull(row, 4)) product.cost = rows.numeric(row, 4);
            product.currency = rows.isNull(row, 5) ? settings_.baseCurrency() : std::string(rows.text(row, 5));
            product.isActive = rows.isNull(row, 6) || rows.boolean(row, 6);
            if (!rows.isNull(row, 7)) taxes_[rows.uuid(row, 0)] = rows.numeric(row, 7);
        }
    }

    /// True when the product stood in the offer before: it may stay, though it is no longer sold.
    [[nodiscard]] bool wasThere(const std::string &productId) const {
        if (incoming_.supersedesId) return true;
        return existing_ != nullptr && std::ranges::any_of(existing_->lines, [&](const QuoteLine &line) {
                   return line.productId == productId;
               });
    }

    void fillLine(const Quote &quote, QuoteLine &line, const std::string &pointer,
                  const std::optional<Decimal> &bookPrice, bool anew) {
        auto const found = products_.find(*line.productId);
        auto const complain = [&](const char *code, std::string detail) {
            errors_.push_back({pointer + "/productId", code, std::move(detail)});
        };
        if (found == products_.end()) {
            if (!wasThere(*line.productId) || !line.unitPrice) complain("UNKNOWN_REFERENCE", "is not a product");
            return;
        }
        const Product &product = found->second;
        if (!*product.isActive && !wasThere(*line.productId)) return complain("INACTIVE", "is not sold any more");
        bool const sameCurrency = product.currency == quote.currency;
        std::optional<Decimal> const price = bookPrice || !sameCurrency ? bookPrice : product.listPrice;
        // A price that was typed in stays; one that came from the list follows the list.
        if (anew && line.unitPrice && line.unitPrice == line.listPrice) line.unitPrice.reset();
        if (price) line.listPrice = price;
        if (!line.unitPrice) line.unitPrice = line.listPrice;
        if (!line.unitPrice) {
            return complain("NO_PRICE", "has no price in " + quote.currency.value_or("") + ": give a unitPrice");
        }
        if (!line.name) line.name = product.name;
        if (!line.unit) line.unit = product.unit;
        bool const mayKnow = context_.caller.principal->rightOn("Product", "cost") != auth::FieldRight::hidden;
        if (!line.cost && sameCurrency && mayKnow) line.cost = product.cost;
        auto const tax = taxes_.find(*line.productId);
        if (!line.taxPercent && tax != taxes_.end()) line.taxPercent = tax->second;
    }

    /// The total in the base currency, by today's rate: an offer that is no draft any more keeps it.
    void value(Quote &quote) const {
        std::string const currency = quote.currency.value_or("");
        quote.rate = settings_.rateOf(currency, today());
        if (!quote.rate) {
            refuse("/currency", "NO_RATE", "has no rate in " + settings_.baseCurrency() + " on " + today().toString());
        }
        auto const base = settings_.toBase(*quote.total, currency, today());
        if (base->integerDigits() > 15) refuse("/lines", "OUT_OF_RANGE", "are too large together in the base currency");
        quote.totalBase = base->rounded(moneyDigits);
    }

    /// Whether somebody has to approve it, and why.
    static void judge(Quote &quote) {
        Decimal const free(freeDiscountPercent, 0);
        std::string reason;
        for (std::size_t i = 0; i < quote.lines.size(); ++i) {
            Decimal const off = discountOf(quote.lines[i]);
            if (off <= free) continue;
            reason += "Line " + std::to_string(i + 1) + ": " + plain(off) + " % off. ";
        }
        if (*quote.discountTotal * hundred > free * *quote.subtotal) {
            Decimal const off = (*quote.discountTotal * hundred).dividedBy(*quote.subtotal, 2);
            reason += plain(off) + " % off the whole. ";
        }
        quote.approvalRequired = !reason.empty();
        quote.approvalReason.reset();
        if (reason.empty()) return;
        reason += "More than " + std::to_string(freeDiscountPercent) + " % has to be approved.";
        if (reason.size() > longestReason) reason.resize(longestReason);
        quote.approvalReason = std::move(reason);
    }

    /// Moves what was computed into the write.
    void keep(const Quote &quote) {
        static constexpr std::array<std::string_view, 12> computed{
            "lines",    "groups",         "taxes", "subtotal",  "discountTotal",    "total",
            "taxTotal", "recurringTotal", "rate",  "totalBase", "approvalRequired", "approvalReason"};
        for (std::string_view const name : computed) {
            const Field &field = *Quote::contractType().find(name);
            entity::copyMember(field, quote, incoming_);
            auto &nulled = incoming_.fieldsToNull;
            std::erase(nulled, name);
            if (existing_ != nullptr && isEmpty(field, quote)) nulled.emplace_back(name);
        }
    }

    WriteContext &context_;
    const Settings &settings_;
    Quote &incoming_;
    const Quote *existing_;
    std::optional<std::string> dealCurrency_, dealBook_;
    bool pricesAnew_ = false;
    std::map<std::string, Product> products_;
    std::map<std::string, Decimal> taxes_;
    std::vector<FieldError> errors_;
};

void beforeQuoteDelete(WriteContext &, const Record &existing) {
    const auto &quote = static_cast<const Quote &>(existing);
    if (quote.stage == "sent") {
        throw Error(ErrorCode::conflict, "The customer has this quote: recall it before you delete it.");
    }
    if (quote.stage == "accepted") {
        throw Error(ErrorCode::conflict, "An accepted quote is what was agreed: it cannot be deleted.");
    }
}

}  // namespace

void addQuoteBehaviours(std::map<std::string, entity::Behaviour> &behaviours, Catalogue &catalogue) {
    addPriceBehaviours(behaviours, catalogue);
    behaviours["Quote"].beforeWrite = [&catalogue](WriteContext &context, Record &incoming, const Record *existing) {
        auto const settings = catalogue.settings();
        QuoteRules(context, *settings, static_cast<Quote &>(incoming), static_cast<const Quote *>(existing)).apply();
    };
    behaviours["Quote"].beforeDelete = beforeQuoteDelete;
}

}  // namespace kontor::lead
