#include "services/lead/opportunities.h"

#include "services/lead/lead_service.h"
#include "services/lead/prices.h"
#include "services/lead/pricing.h"
#include "services/lead/quotes.h"
#include "shared/contract/uuid.h"
#include "shared/entity/evaluate.h"
#include "shared/entity/members.h"
#include "shared/entity/validate.h"

#include <algorithm>
#include <array>

namespace kontor::lead {

using entity::refuse;
using entity::WriteContext;
using postgres::Parameters;
using postgres::Statement;

namespace {

constexpr std::int64_t microsecondsOfDay = 86'400'000'000;
constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuvwxyz";
constexpr int maximumCards = 2000;

const Statement nextCard{"nextCard", "SELECT board_position FROM opportunity WHERE stage_id = $1 AND id <> $2 AND"
                                     " deleted_at IS NULL AND board_position COLLATE \"C\" > $3"
                                     " ORDER BY board_position COLLATE \"C\" LIMIT 1"};

int indexOf(char digit) { return static_cast<int>(digits.find(digit)); }

/// A text that sorts, by bytes, after `before` and, unless that is empty, before `after`.
std::string between(const std::string &before, const std::string &after) {
    std::string middle;
    bool bounded = !after.empty();
    for (std::size_t i = 0;; ++i) {
        int const low = i < before.size() ? indexOf(before[i]) : 0;
        int const high = bounded && i < after.size() ? indexOf(after[i]) : static_cast<int>(digits.size());
        if (high - low > 1) return middle + digits[static_cast<std::size_t>((low + high) / 2)];
        middle += digits[static_cast<std::size_t>(low)];
        bounded = bounded && low == high;
    }
}

/// Behind all cards that there are, and before those that come later.
std::string lastPosition() {
    std::string text(12, '0');
    auto rest = static_cast<std::uint64_t>(DateTime::now().microseconds);
    for (std::size_t i = text.size(); i > 0 && rest > 0; rest /= digits.size())
        text[--i] = digits[rest % digits.size()];
    return "m" + text;
}

/// Two cards that are put into the same gap at the same time get different positions.
std::string distinct(std::string position) {
    std::string const id = newId();
    for (char const c : id.substr(id.size() - 6)) position += c;
    return position + 'i';  // no position ends in 0: there is room before each
}

class OpportunityRules {
  public:
    OpportunityRules(WriteContext &context, const Settings &settings, Opportunity &incoming,
                     const Opportunity *existing)
        : context_(context), settings_(settings), incoming_(incoming), existing_(existing) {}

    void apply() {
        choosePlace();
        auto opportunity = entity::merged(incoming_, existing_);
        if (existing_ == nullptr || !incoming_.team.empty()) checkPeople(opportunity);
        computeLines(opportunity);
        if (enters_) enterStage(opportunity);
        requireReason(opportunity);
        computeAmounts(entity::merged(incoming_, existing_));
        if (enters_) requireOfStage(entity::merged(incoming_, existing_));
    }

  private:
    /// Pipeline and stage, which must belong together and be open to the caller.
    void choosePlace() {
        if (existing_ == nullptr && !incoming_.pipelineId) {
            const Stage *const given = settings_.stage(incoming_.stageId);
            const Pipeline *const standard = standardPipeline();
            if (given != nullptr) incoming_.pipelineId = given->pipelineId;
            if (given == nullptr && standard != nullptr) incoming_.pipelineId = standard->id;
        }
        bool const changesPipeline =
            incoming_.pipelineId && (existing_ == nullptr || incoming_.pipelineId != existing_->pipelineId);
        if (changesPipeline && !incoming_.stageId) {
            if (const Stage *const first = settings_.firstStage(*incoming_.pipelineId)) incoming_.stageId = first->id;
        }
        auto const opportunity = entity::merged(incoming_, existing_);
        const Pipeline *const pipeline = settings_.pipeline(opportunity.pipelineId);
        if (pipeline == nullptr) refuse("/pipelineId", "UNKNOWN_REFERENCE", "is not a pipeline");
        stage_ = settings_.stage(opportunity.stageId);
        if (stage_ == nullptr) refuse("/stageId", "UNKNOWN_REFERENCE", "is not a stage");
        if (stage_->pipelineId != pipeline->id) refuse("/stageId", "OTHER_PIPELINE", "is a stage of another pipeline");
        enters_ = existing_ == nullptr || existing_->stageId != opportunity.stageId;
        if ((changesPipeline || enters_) && !isOpenToCaller(*pipeline)) {
            refuse(changesPipeline ? "/pipelineId" : "/stageId", "OTHER_TEAM", "belongs to a pipeline of other teams");
        }
    }

    [[nodiscard]] bool isOpenToCaller(const Pipeline &pipeline) const {
        const auth::Principal &principal = *context_.caller.principal;
        return pipeline.teamIds.empty() || principal.administrator ||
               std::ranges::any_of(pipeline.teamIds, [&](const std::string &team) {
                   return std::ranges::find(principal.teamIds, team) != principal.teamIds.end();
               });
    }

    /// The default pipeline, or else the first one that the caller's teams use.
    [[nodiscard]] const Pipeline *standardPipeline() const {
        const Pipeline *const standard = settings_.defaultPipeline();
        if (standard == nullptr || isOpenToCaller(*standard)) return standard;
        auto const found = std::ranges::find_if(settings_.pipelines, [&](const Pipeline &pipeline) {
            return pipeline.isActive.value_or(true) && isOpenToCaller(pipeline);
        });
        return found == settings_.pipelines.end() ? standard : &*found;
    }

    static void checkPeople(const Opportunity &opportunity) {
        Decimal splits;
        bool split = false;
        for (const OpportunityTeamMember &member : opportunity.team) {
            if (member.splitPercent) splits = splits + *member.splitPercent;
            split = split || member.splitPercent;
            if (member.splitPercent && *member.splitPercent < Decimal()) {
                refuse("/team", "OUT_OF_RANGE", "a split must not be negative");
            }
        }
        if (splits > Decimal(100, 0)) refuse("/team", "OUT_OF_RANGE", "splits are more than 100 percent together");
        if (split && splits < Decimal(100, 0)) {
            refuse("/team", "OUT_OF_RANGE", "splits are less than 100 percent together");
        }
    }

    void computeLines(const Opportunity &opportunity) {
        if (existing_ == nullptr && !incoming_.currency) incoming_.currency = settings_.baseCurrency();
        std::string const currency = incoming_.currency.value_or(opportunity.currency.value_or(""));
        if (!currency.empty() &&
            std::ranges::none_of(settings_.currencies, [&](const Currency &c) { return c.code == currency; })) {
            refuse("/currency", "UNKNOWN_CURRENCY", "is not a currency in use");
        }
        if (opportunity.priceBookId) {
            auto const book = std::ranges::find_if(settings_.priceBooks,
                                                   [&](const PriceBook &b) { return b.id == opportunity.priceBookId; });
            if (book == settings_.priceBooks.end()) refuse("/priceBookId", "UNKNOWN_REFERENCE", "is not a price book");
            if (book->currency != currency) {
                refuse("/priceBookId", "OTHER_CURRENCY",
                       "has prices in " + book->currency.value_or("another currency"));
            }
        }
        if (opportunity.lines.empty()) return;
        std::vector<OpportunityLine> lines = opportunity.lines;
        for (std::size_t i = 0; i < lines.size(); ++i) fillLine(opportunity, lines[i], i);
        computeOpportunityLines(lines, settings_.decimalsOf(currency));
        incoming_.lines = std::move(lines);
        if (opportunity.amountSource == "lines" || (!opportunity.amount && !opportunity.amountSource)) {
            incoming_.amountSource = "lines";
            incoming_.amount = sumOf(incoming_.lines);
        }
    }

    void fillLine(const Opportunity &opportunity, OpportunityLine &line, std::size_t index) {
        if (line.unitPrice || !line.productId || !opportunity.priceBookId) return;
        auto const price = priceOf(context_.transaction, *opportunity.priceBookId, *line.productId,
                                   line.quantity.value_or(Decimal(1, 0)), today());
        if (!price) {
            refuse("/lines/" + std::to_string(index) + "/productId", "NO_PRICE", "has no price in the price book");
        }
        line.unitPrice = *price;
    }

    void enterStage(const Opportunity &opportunity) {
        DateTime const now = DateTime::now();
        std::string const category = stage_->category.value_or("open");
        incoming_.category = category;
        incoming_.stageSince = now;
        incoming_.boardPosition = incoming_.boardPosition ? incoming_.boardPosition : distinct(lastPosition());
        const Pipeline *const pipeline = settings_.pipeline(stage_->pipelineId);
        bool const byHand = pipeline != nullptr && pipeline->probabilityMode == "manual";
        bool const manual = (byHand || opportunity.probabilityManual.value_or(false)) && opportunity.probability;
        if (!incoming_.probability && (!manual || category != "open")) incoming_.probability = stage_->probability;
        if (category == "open") {
            incoming_.lastOpenStageId = stage_->id;
            if (opportunity.closedAt) incoming_.fieldsToNull.emplace_back("closedAt");
        } else {
            incoming_.closedAt = now;
        }
    }

    /// Also of one that was lost before: the reason may be another one, but not gone.
    void requireReason(const Opportunity &opportunity) const {
        bool const had = existing_ != nullptr && existing_->lostReasonId;
        if (stage_->category != "lost" || opportunity.lostReasonId || !(enters_ || had)) return;
        refuse("/lostReasonId", "REQUIRED", "says why it was lost");
    }

    void computeAmounts(const Opportunity &opportunity) {
        auto const clear = [&](auto &member, const char *name) {
            member.reset();
            if (existing_ != nullptr) incoming_.fieldsToNull.emplace_back(name);
        };
        Date const day = opportunity.closedAt
                             ? Date{static_cast<std::int32_t>(opportunity.closedAt->microseconds / microsecondsOfDay)}
                             : today();
        if (opportunity.amount && opportunity.currency) {
            auto const base = settings_.toBase(*opportunity.amount, *opportunity.currency, day);
            if (!base) {
                refuse("/currency", "NO_RATE", "has no rate in " + settings_.baseCurrency() + " on " + day.toString());
            }
            if (base->integerDigits() > 15) refuse("/amount", "OUT_OF_RANGE", "is too large in the base currency");
            incoming_.amountBase = base->rounded(moneyDigits);
            incoming_.weightedAmount = (*base * Decimal(opportunity.probability.value_or(0), 2))
                                           .rounded(settings_.decimalsOf(settings_.baseCurrency()))
                                           .rounded(moneyDigits);
        } else {
            clear(incoming_.amountBase, "amountBase");
            clear(incoming_.weightedAmount, "weightedAmount");
        }
        if (opportunity.recurringAmount && opportunity.recurringMonths) {
            incoming_.monthlyRecurring = opportunity.recurringAmount
                                             ->dividedBy(Decimal(*opportunity.recurringMonths, 0),
                                                         settings_.decimalsOf(opportunity.currency.value_or("")))
                                             .rounded(moneyDigits);
        } else {
            clear(incoming_.monthlyRecurring, "monthlyRecurring");
        }
    }

    /// What the stage asks for, all of it at once, so that the client can ask for it.
    void requireOfStage(const Opportunity &opportunity) {
        std::vector<FieldError> missing;
        for (const StageRequirement &requirement : stage_->requirements) {
            auto const filter = entity::parseFilter(requirement.filter.value_or(""));
            if (!filter || entity::holds(*filter, opportunity, {}, DateTime::now())) continue;
            missing.push_back({"/" + requirement.field.value_or("stageId"), "STAGE_REQUIREMENT",
                               requirement.message.value_or("must satisfy " + *requirement.filter)});
        }
        if (!missing.empty()) throw entity::validationError(std::move(missing));
    }

    WriteContext &context_;
    const Settings &settings_;
    Opportunity &incoming_;
    const Opportunity *existing_;
    const Stage *stage_ = nullptr;
    bool enters_ = false;
};

void addStageChange(WriteContext &context, const Record &record, const Record *existing, Catalogue &catalogue) {
    const auto &now = static_cast<const Opportunity &>(record);
    const auto *const before = static_cast<const Opportunity *>(existing);
    if (before != nullptr && before->stageId == now.stageId) return;
    StageChange change;
    change.ownerId = now.ownerId;
    change.teamId = now.teamId;
    change.opportunityId = now.id;
    change.toStageId = now.stageId;
    change.toCategory = now.category;
    change.at = now.stageSince;
    change.by = context.caller.principal->userId;
    change.amount = now.amount;
    change.currency = now.currency;
    change.amountBase = now.amountBase;
    change.probability = now.probability;
    change.closeDate = now.closeDate;
    if (before != nullptr) {
        change.fromStageId = before->stageId;
        change.fromCategory = before->category;
        if (before->stageSince && now.stageSince) {
            change.secondsInFrom = (now.stageSince->microseconds - before->stageSince->microseconds) / 1'000'000;
        }
    }
    catalogue.operations().addNew(context, change);
}

void beforeStage(WriteContext &, Record &incoming, const Record *existing) {
    auto &given = static_cast<Stage &>(incoming);
    auto const stage = entity::merged(given, static_cast<const Stage *>(existing));
    std::string const category = stage.category.value_or("open");
    if (!stage.probability) given.probability = category == "won" ? 100 : category == "lost" ? 0 : 10;
    if (!stage.forecastCategory) {
        given.forecastCategory = category == "won" ? "closed" : category == "lost" ? "omitted" : "pipeline";
    }
    for (std::size_t i = 0; i < given.requirements.size(); ++i) {
        std::string const pointer = "/requirements/" + std::to_string(i) + "/filter";
        try {
            auto const filter = entity::parseFilter(given.requirements[i].filter.value_or(""));
            if (filter) entity::requireEvaluable(*filter, *Opportunity::contractType().entity, {});
        } catch (const Error &error) {
            refuse(pointer, "INVALID_FILTER", error.detail);
        }
    }
}

void beforeCurrency(WriteContext &, Record &incoming, const Record *existing) {
    auto &currency = static_cast<Currency &>(incoming);
    if (existing == nullptr && !currency.decimals) currency.decimals = 2;
}

void beforeCurrencyRate(WriteContext &, Record &incoming, const Record *) {
    const auto &rate = static_cast<const CurrencyRate &>(incoming);
    if (rate.rate && *rate.rate <= Decimal()) refuse("/rate", "OUT_OF_RANGE", "must be more than 0");
}

void refuseDeletionInUse(WriteContext &context, const Record &existing, const char *sql, const char *what) {
    if (!context.transaction.run({"findUse", sql}, Parameters().uuid(existing.id)).empty()) {
        throw Error(ErrorCode::conflict, std::string("There are opportunities ") + what + ". Move them first.");
    }
}

}  // namespace

void addOpportunityBehaviours(std::map<std::string, entity::Behaviour> &behaviours, Catalogue &catalogue) {
    behaviours["Opportunity"].beforeWrite = [&catalogue](WriteContext &context, Record &incoming,
                                                         const Record *existing) {
        auto const settings = catalogue.settings();
        OpportunityRules(context, *settings, static_cast<Opportunity &>(incoming),
                         static_cast<const Opportunity *>(existing))
            .apply();
    };
    behaviours["Opportunity"].addStatements = [&catalogue](WriteContext &context, const Record &record,
                                                           const Record *existing) {
        addStageChange(context, record, existing, catalogue);
    };
    behaviours["Stage"].beforeWrite = beforeStage;
    behaviours["Stage"].beforeDelete = [](WriteContext &context, const Record &existing) {
        refuseDeletionInUse(context, existing,
                            "SELECT 1 FROM opportunity WHERE stage_id = $1 AND deleted_at IS NULL LIMIT 1",
                            "in this stage");
    };
    behaviours["Pipeline"].beforeDelete = [](WriteContext &context, const Record &existing) {
        refuseDeletionInUse(context, existing,
                            "SELECT 1 FROM opportunity WHERE pipeline_id = $1 AND deleted_at IS NULL LIMIT 1",
                            "in this pipeline");
    };
    behaviours["Currency"].beforeWrite = beforeCurrency;
    behaviours["CurrencyRate"].beforeWrite = beforeCurrencyRate;
    behaviours["StageChange"].beforeWrite = [](WriteContext &, Record &, const Record *) {
        throw Error(ErrorCode::conflict, "The stage history is written by the server.");
    };
}

Board getBoard(LeadService &service, const auth::Caller &caller, const GetBoard &input) {
    auto const settings = service.catalogue().settings();
    const Pipeline *const pipeline = settings->pipeline(input.pipelineId);
    if (pipeline == nullptr) throw Error(ErrorCode::notFound, "There is no such pipeline.");
    Board board;
    std::map<std::string, std::size_t> columnOf;
    std::vector<std::optional<std::int64_t>> rotting;
    for (const Stage &stage : settings->stages) {
        if (stage.pipelineId != pipeline->id) continue;
        columnOf[*stage.id] = board.column.size();
        rotting.push_back(stage.rottingDays);
        BoardColumn &column = board.column.emplace_back();
        column.stageId = stage.id;
        column.name = stage.name;
        column.category = stage.category;
        column.count = 0;
        column.rotting = 0;
        column.amountBase = Decimal();
        column.weightedAmount = Decimal();
    }
    entity::Query query;
    query.entity = Opportunity::contractType().entity;
    query.filter = "pipelineId = \"" + *pipeline->id + "\" AND ";
    query.filter += input.closedSince ? "(category = \"open\" OR closedAt >= " + input.closedSince->toString() + ")"
                                      : std::string("category = \"open\"");
    if (input.filter && !input.filter->empty()) query.filter += " AND (" + *input.filter + ")";
    query.sort = "boardPosition";
    auto const limit =
        static_cast<std::size_t>(std::clamp<std::int64_t>(input.limit.value_or(maximumCards), 1, maximumCards));
    std::int64_t const now = DateTime::now().microseconds;
    service.operations().forEach(caller, query, [&](Record &record) {
        auto &card = static_cast<Opportunity &>(record);
        auto const at = columnOf.find(card.stageId.value_or(""));
        if (at == columnOf.end()) return true;
        BoardColumn &column = board.column[at->second];
        column.count = *column.count + 1;
        if (card.amountBase) column.amountBase = *column.amountBase + *card.amountBase;
        if (card.weightedAmount) column.weightedAmount = *column.weightedAmount + *card.weightedAmount;
        auto const days = rotting[at->second];
        if (days && card.stageSince && now - card.stageSince->microseconds > *days * microsecondsOfDay) {
            column.rotting = *column.rotting + 1;
        }
        if (board.card.size() < limit) board.card.push_back(std::move(card));
        return true;
    });
    return board;
}

entity::RecordResult moveOpportunity(LeadService &service, const auth::Caller &caller, const MoveOpportunity &input,
                                     const entity::WriteOptions &options) {
    const EntityType &type = *Opportunity::contractType().entity;
    auto const found = service.operations().retrieve(caller, {&type, *input.opportunityId, {}, {}, {}});
    auto change = std::make_unique<Opportunity>();
    if (input.fields) {
        // What a person has typed is held to the contract; what follows is the server's own.
        entity::validateInput(type, *input.fields, found.get());
        *change = *input.fields;
    }
    change->id = input.opportunityId;
    change->stageId = input.stageId;
    if (input.lostReasonId) change->lostReasonId = input.lostReasonId;
    std::string above;
    if (input.afterId) {
        auto const neighbour = service.operations().retrieve(caller, {&type, *input.afterId, {}, {}, {}});
        const auto &card = static_cast<const Opportunity &>(*neighbour);
        if (card.stageId != input.stageId) refuse("/afterId", "OTHER_STAGE", "is a card of another stage");
        above = card.boardPosition.value_or("");
    }
    auto const next = service.operations().pool().run(
        nextCard, Parameters().uuid(input.stageId).uuid(input.opportunityId).text(above));
    change->boardPosition = distinct(between(above, next.empty() ? "" : std::string(next.text(0, 0))));
    std::vector<entity::Write> writes(1);
    writes[0].action = entity::Action::update;
    writes[0].key = {&type, *input.opportunityId, {}, {}, input.version};
    writes[0].record = std::move(change);
    writes[0].trusted = true;
    auto results = service.operations().write(caller, std::move(writes), options);
    return std::move(results.at(0));
}

}  // namespace kontor::lead
