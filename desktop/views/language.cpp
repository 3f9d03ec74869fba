#include "desktop/views/language.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QSettings>
#include <QTranslator>

namespace kontor::desktop::language {

namespace {

constexpr auto key = "look/language";

/// All texts are in one context (desktop/translations/update.py says why); those of the contract have a comment.
class Translator : public QTranslator {
  public:
    using QTranslator::QTranslator;

    QString translate(const char *context, const char *source, const char *disambiguation, int n) const override {
        static const QList<QByteArray> others{"QObject", "main", "display", "print"};
        QByteArray const asked(context);
        if (asked == "contract") return QTranslator::translate("kontor", source, "contract", n);
        if (!asked.startsWith("kontor::") && !others.contains(asked)) return {};  // Qt's own
        return QTranslator::translate("kontor", source, disambiguation, n);
    }
};

}  // namespace

QString chosen() { return QSettings().value(key, "system").toString(); }

void choose(const QString &name) { QSettings().setValue(key, name); }

QLocale localeOf(const QString &name) {
    QLocale const system = QLocale::system();
    if (name != "en" && name != "de") return system;
    QLocale::Language const wanted = name == "de" ? QLocale::German : QLocale::English;
    return system.language() == wanted ? system : QLocale(wanted, system.territory());
}

void apply(QCoreApplication &application, const QLocale &locale) {
    QLocale::setDefault(locale);
    auto *const ofQt = new QTranslator(&application);
    if (ofQt->load(locale, "qtbase", "_", QLibraryInfo::path(QLibraryInfo::TranslationsPath))) {
        QCoreApplication::installTranslator(ofQt);
    }
    auto *const own = new Translator(&application);
    // English has its plurals there, and is what everybody gets for whose language there is nothing.
    if (own->load(locale, "kontor", "_", ":/translations") || own->load(":/translations/kontor_en.qm")) {
        QCoreApplication::installTranslator(own);
    }
}

}  // namespace kontor::desktop::language
