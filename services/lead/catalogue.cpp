#include "services/lead/catalogue.h"

#include <algorithm>

namespace kontor::lead {

namespace {

constexpr std::chrono::seconds trusted{2};
constexpr std::string_view kept[] = {"LeadStatus",   "LeadQueue", "ScoringRule", "AssignmentRule",
                                     "SalesPerson",  "Pipeline",  "Stage",       "Currency",
                                     "CurrencyRate", "PriceBook", "TaxRate",     "ConversionField"};

template <typename T> std::vector<T> all(entity::Operations &operations) {
    std::vector<T> records;
    for (const entity::RecordPtr &record : operations.all(*T::contractType().entity)) {
        records.push_back(static_cast<const T &>(*record));
    }
    return records;
}

template <typename T> std::vector<T> allByPosition(entity::Operations &operations) {
    std::vector<T> records = all<T>(operations);
    std::ranges::stable_sort(records, {}, [](const T &record) { return record.position.value_or(0); });
    return records;
}

template <typename T> std::vector<T> active(std::vector<T> records) {
    std::erase_if(records, [](const T &record) { return !record.isActive.value_or(true); });
    return records;
}

template <typename T> std::vector<ParsedFilter> parsed(const std::vector<T> &rules) {
    std::vector<ParsedFilter> filters;
    for (const T &rule : rules) {
        ParsedFilter &filter = filters.emplace_back();
        try {
            filter.node = entity::parseFilter(rule.filter.value_or(""));
        } catch (const Error &) {
            filter.broken = true;
        }
    }
    return filters;
}

template <typename T> const T *byId(const std::vector<T> &records, const std::optional<std::string> &id) {
    if (!id) return nullptr;
    auto const found = std::ranges::find_if(records, [&](const T &record) { return record.id == id; });
    return found == records.end() ? nullptr : &*found;
}

std::shared_ptr<const Settings> load(entity::Operations &operations) {
    auto settings = std::make_shared<Settings>();
    settings->statuses = allByPosition<LeadStatus>(operations);
    settings->queues = all<LeadQueue>(operations);
    settings->scoringRules = active(allByPosition<ScoringRule>(operations));
    settings->scoringFilters = parsed(settings->scoringRules);
    settings->assignmentRules = active(allByPosition<AssignmentRule>(operations));
    settings->assignmentFilters = parsed(settings->assignmentRules);
    settings->salesPeople = all<SalesPerson>(operations);
    settings->pipelines = allByPosition<Pipeline>(operations);
    settings->stages = allByPosition<Stage>(operations);
    settings->currencies = all<Currency>(operations);
    settings->rates = all<CurrencyRate>(operations);
    std::ranges::stable_sort(settings->rates, std::greater<>{}, [](const CurrencyRate &rate) { return *rate.date; });
    settings->priceBooks = all<PriceBook>(operations);
    settings->taxRates = all<TaxRate>(operations);
    settings->conversionFields = all<ConversionField>(operations);
    return settings;
}

}  // namespace

const LeadStatus *Settings::status(const std::optional<std::string> &id) const { return byId(statuses, id); }

const LeadStatus *Settings::firstStatus(std::string_view category) const {
    auto const found = std::ranges::find_if(
        statuses, [&](const LeadStatus &s) { return s.category == category && s.isActive.value_or(true); });
    return found == statuses.end() ? nullptr : &*found;
}

const LeadStatus *Settings::defaultStatus() const {
    auto const found = std::ranges::find_if(statuses, [](const LeadStatus &s) { return s.isDefault.value_or(false); });
    return found == statuses.end() ? firstStatus("open") : &*found;
}

const LeadQueue *Settings::queue(const std::optional<std::string> &id) const { return byId(queues, id); }

const SalesPerson *Settings::salesPerson(const std::string &userId) const {
    auto const found = std::ranges::find_if(salesPeople, [&](const SalesPerson &p) { return p.userId == userId; });
    return found == salesPeople.end() ? nullptr : &*found;
}

const Pipeline *Settings::pipeline(const std::optional<std::string> &id) const { return byId(pipelines, id); }

const Pipeline *Settings::defaultPipeline() const {
    auto const found = std::ranges::find_if(pipelines, [](const Pipeline &p) { return p.isDefault.value_or(false); });
    if (found != pipelines.end()) return &*found;
    return pipelines.empty() ? nullptr : &pipelines.front();
}

const Stage *Settings::stage(const std::optional<std::string> &id) const { return byId(stages, id); }

const Stage *Settings::firstStage(const std::string &pipelineId) const {
    auto const found = std::ranges::find_if(stages, [&](const Stage &s) { return s.pipelineId == pipelineId; });
    return found == stages.end() ? nullptr : &*found;
}

std::string Settings::baseCurrency() const {
    auto const found = std::ranges::find_if(currencies, [](const Currency &c) { return c.isBase.value_or(false); });
    return found == currencies.end() ? "EUR" : found->code.value_or("EUR");
}

int Settings::decimalsOf(const std::string &currency) const {
    auto const found = std::ranges::find_if(currencies, [&](const Currency &c) { return c.code == currency; });
    return found == currencies.end() ? 2 : static_cast<int>(found->decimals.value_or(2));
}

std::optional<Decimal> Settings::rateOf(const std::string &currency, Date day) const {
    if (currency == baseCurrency()) return Decimal(1, 0);
    auto const found =
        std::ranges::find_if(rates, [&](const CurrencyRate &r) { return r.currency == currency && *r.date <= day; });
    return found == rates.end() ? std::nullopt : found->rate;
}

std::optional<Decimal> Settings::toBase(const Decimal &amount, const std::string &currency, Date day) const {
    auto const rate = rateOf(currency, day);
    if (!rate) return std::nullopt;
    return (amount * *rate).rounded(decimalsOf(baseCurrency()));
}

std::shared_ptr<const Settings> Catalogue::settings() {
    auto const now = std::chrono::steady_clock::now();
    {
        std::lock_guard const lock(mutex_);
        if (valid_ && settings_ != nullptr && now - loaded_ < trusted) return settings_;
    }
    // Loaded without the lock: several may do so at once, and none waits with it held. What is invalidated meanwhile is
    // loaded again by the next one.
    valid_ = true;
    auto const fresh = load(*operations_);
    std::lock_guard const lock(mutex_);
    settings_ = fresh;
    loaded_ = now;
    return fresh;
}

void Catalogue::watch(std::map<std::string, entity::Behaviour> &behaviours) {
    for (std::string_view const name : kept) {
        entity::Behaviour &behaviour = behaviours[std::string(name)];
        behaviour.afterCommit = [this, given = std::move(behaviour.afterCommit)](const Record &record) {
            invalidate();
            if (given) given(record);
        };
    }
}

}  // namespace kontor::lead
