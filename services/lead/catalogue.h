#pragma once

// What administrators have set up: statuses, stages, currencies, rules. Few records that every write asks for, so they
// are kept in memory; a change in this process is seen at once, one in another process within two seconds.

#include "contract/lead.h"
#include "services/lead/loads.h"
#include "shared/entity/evaluate.h"
#include "shared/entity/operations.h"

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace kontor::lead {

/// A filter that has been parsed once; `node` is empty for an empty filter, which holds for all.
struct ParsedFilter {
    std::optional<entity::FilterNode> node;
    bool broken = false;  ///< does not parse any more (a custom field is gone): holds for none
};

/// All of it as of one moment; immutable.
struct Settings {
    std::vector<LeadStatus> statuses;  ///< by position
    std::vector<LeadQueue> queues;
    std::vector<ScoringRule> scoringRules;        ///< active ones, by position
    std::vector<ParsedFilter> scoringFilters;     ///< of scoringRules
    std::vector<AssignmentRule> assignmentRules;  ///< active ones, by position
    std::vector<ParsedFilter> assignmentFilters;  ///< of assignmentRules
    std::vector<SalesPerson> salesPeople;
    std::vector<Pipeline> pipelines;  ///< by position
    std::vector<Stage> stages;        ///< by pipeline and position
    std::vector<Currency> currencies;
    std::vector<CurrencyRate> rates;  ///< newest first
    std::vector<PriceBook> priceBooks;
    std::vector<TaxRate> taxRates;
    std::vector<ConversionField> conversionFields;

    [[nodiscard]] const LeadStatus *status(const std::optional<std::string> &id) const;
    [[nodiscard]] const LeadStatus *firstStatus(std::string_view category) const;
    [[nodiscard]] const LeadStatus *defaultStatus() const;
    [[nodiscard]] const LeadQueue *queue(const std::optional<std::string> &id) const;
    [[nodiscard]] const SalesPerson *salesPerson(const std::string &userId) const;
    [[nodiscard]] const Pipeline *pipeline(const std::optional<std::string> &id) const;
    [[nodiscard]] const Pipeline *defaultPipeline() const;
    [[nodiscard]] const Stage *stage(const std::optional<std::string> &id) const;
    [[nodiscard]] const Stage *firstStage(const std::string &pipelineId) const;
    [[nodiscard]] std::string baseCurrency() const;
    /// Digits of a currency's smallest unit; 2 for one that is not known.
    [[nodiscard]] int decimalsOf(const std::string &currency) const;
    /// What a unit is worth in the base currency on a day; empty when no rate says.
    [[nodiscard]] std::optional<Decimal> rateOf(const std::string &currency, Date day) const;
    /// An amount in the base currency, rounded to its decimals; empty when no rate says.
    [[nodiscard]] std::optional<Decimal> toBase(const Decimal &amount, const std::string &currency, Date day) const;
};

/// Fraction digits of money as it is stored: an answer shows what a later read shows.
constexpr int moneyDigits = 4;

class Catalogue {
  public:
    /// Whose records they are; before anything else is called.
    void attach(entity::Operations &operations) { operations_ = &operations; }

    [[nodiscard]] entity::Operations &operations() const { return *operations_; }
    /// As of now.
    [[nodiscard]] std::shared_ptr<const Settings> settings();
    [[nodiscard]] Loads &loads() { return loads_; }
    /// Something was changed.
    void invalidate() { valid_ = false; }
    /// Makes the behaviours of the entities that are kept here invalidate it.
    void watch(std::map<std::string, entity::Behaviour> &behaviours);

  private:
    entity::Operations *operations_ = nullptr;
    Loads loads_;
    std::mutex mutex_;
    std::shared_ptr<const Settings> settings_;
    std::chrono::steady_clock::time_point loaded_;
    std::atomic<bool> valid_ = false;
};

}  // namespace kontor::lead
