#include "desktop/views/print.h"

#include "desktop/views/list_view.h"
#include "desktop/views/record_view.h"

#include <QAbstractTextDocumentLayout>
#include <QDateTime>
#include <QFileDialog>
#include <QGuiApplication>
#include <QPageLayout>
#include <QPainter>
#include <QPdfWriter>
#include <QPointer>
#include <QPrintDialog>
#include <QPrinter>
#include <QProgressDialog>
#include <QSaveFile>
#include <QStandardPaths>
#include <QTextDocument>
#include <QThreadPool>

#include <memory>

namespace kontor::desktop {

namespace {

constexpr double margin = 15;  // mm
constexpr double pointsOfText = 9;
constexpr double pointsOfTitle = 14;
constexpr int slowMilliseconds = 500;
constexpr double linesOfHead = 4.5;  // of the height of a line of text
constexpr double linesOfFoot = 2.5;
const QColor ink(Qt::black);  // paper is white whatever the screen is
const QColor faint(0x55, 0x55, 0x55);

/// What pages need beside the printable, found out on the thread of the window.
struct Setting {
    QString time;
    QString pageOf;  // "Page %1 of %2", translated
    QFont font;
    Qt::LayoutDirection direction = Qt::LeftToRight;
    int firstPage = 0;  // 0: all
    int lastPage = 0;
};

Setting settingNow() {
    Setting setting;
    setting.time = QLocale().toString(QDateTime::currentDateTime(), QLocale::ShortFormat);
    setting.pageOf = QCoreApplication::translate("print", "Page %1 of %2");
    setting.font = QGuiApplication::font();
    setting.direction = QGuiApplication::layoutDirection();
    return setting;
}

/// A thing of the page's frame: at the side where lines begin, or at the other.
void drawAside(QPainter &painter, const QRectF &place, Qt::LayoutDirection direction, bool atStart,
               const QString &text) {
    bool const left = atStart == (direction == Qt::LeftToRight);
    QString const fitting = painter.fontMetrics().elidedText(text, Qt::ElideRight, static_cast<int>(place.width()));
    painter.drawText(place, (left ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignTop | Qt::TextSingleLine, fitting);
}

void drawFrame(QPainter &painter, const QRectF &page, double lineHeight, const Printable &printable,
               const Setting &setting, int number, int count) {
    QFont small = setting.font;
    small.setPointSizeF(pointsOfText);
    QFont large = setting.font;
    large.setPointSizeF(pointsOfTitle);
    large.setBold(true);
    painter.setFont(large);
    painter.setPen(ink);
    double const part = page.width() / 4;
    bool const mirrored = setting.direction == Qt::RightToLeft;
    QRectF const wide(page.left() + (mirrored ? part : 0), page.top(), page.width() - part, page.height());
    QRectF const narrow(page.left() + (mirrored ? 0 : page.width() - part), page.top(), part, page.height());
    drawAside(painter, wide, setting.direction, true, printable.title);
    painter.setFont(small);
    painter.setPen(faint);
    drawAside(painter, narrow, setting.direction, false, setting.time);
    drawAside(painter, page.translated(0, lineHeight * 2), setting.direction, true, printable.subtitle);
    double const foot = page.bottom() - lineHeight;
    drawAside(painter, wide.translated(0, foot - page.top()), setting.direction, true, printable.source);
    drawAside(painter, narrow.translated(0, foot - page.top()), setting.direction, false,
              setting.pageOf.arg(number).arg(count));
}

/// Lays out and draws all pages; needs nothing of the window's thread.
bool drawPages(QPagedPaintDevice &device, const Printable &printable, const Setting &setting) {
    QPainter painter;
    if (!painter.begin(&device)) return false;
    QFont font = setting.font;
    font.setPointSizeF(pointsOfText);
    painter.setFont(font);
    double const lineHeight = painter.fontMetrics().lineSpacing();
    QRectF const page(0, 0, device.width(), device.height());
    QRectF const body = page.adjusted(0, linesOfHead * lineHeight, 0, -linesOfFoot * lineHeight);

    QTextDocument document;
    document.documentLayout()->setPaintDevice(&device);
    document.setDefaultFont(font);
    document.setDocumentMargin(0);
    QTextOption option = document.defaultTextOption();
    option.setTextDirection(setting.direction);
    document.setDefaultTextOption(option);
    document.setHtml(printable.html);
    document.setPageSize(body.size());

    int const count = document.pageCount();
    int const last = setting.lastPage == 0 ? count : std::min(setting.lastPage, count);
    for (int number = std::max(1, setting.firstPage); number <= last; ++number) {
        if (number > std::max(1, setting.firstPage) && !device.newPage()) return false;
        drawFrame(painter, page, lineHeight, printable, setting, number, count);
        painter.save();
        painter.translate(body.left(), body.top() - (number - 1) * body.height());
        QRectF const seen(0, (number - 1) * body.height(), body.width(), body.height());
        painter.setClipRect(seen);
        QAbstractTextDocumentLayout::PaintContext context;
        context.clip = seen;
        context.palette.setColor(QPalette::Text, ink);
        document.documentLayout()->draw(&painter, context);
        painter.restore();
    }
    return painter.end();
}

QPageLayout layoutOf(const Printable &printable) {
    return {usualPaper(), printable.isWide ? QPageLayout::Landscape : QPageLayout::Portrait,
            QMarginsF(margin, margin, margin, margin), QPageLayout::Millimeter};
}

QString pdfOf(const Printable &printable, const QPageLayout &layout, const Setting &setting, const QString &path) {
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly)) return file.errorString();
    {
        QPdfWriter writer(&file);
        writer.setPageLayout(layout);
        writer.setTitle(printable.title);
        writer.setCreator("Kontor");
        if (!drawPages(writer, printable, setting)) {
            file.cancelWriting();
            return QCoreApplication::translate("print", "The pages could not be drawn.");
        }
    }
    return file.commit() ? QString() : file.errorString();
}

/// Runs it on another thread and hands what it returns to `then`, on this one.
void elsewhere(QObject *context, std::function<QString()> run, Printed then) {
    auto *const messenger = new QObject;  // of this thread, and alive until then
    QPointer<QObject> const asker(context);
    QThreadPool::globalInstance()->start([messenger, asker, run = std::move(run), then = std::move(then)] {
        QString const why = run();
        QMetaObject::invokeMethod(
            messenger,
            [messenger, asker, why, then] {
                messenger->deleteLater();
                if (asker) then(why);
            },
            Qt::QueuedConnection);
    });
}

QString fileNameOf(const Printable &printable) {
    QString name = printable.title;
    for (QChar &letter : name) {
        if (QStringLiteral("/\\:*?\"<>|").contains(letter) || letter.category() == QChar::Other_Control) letter = '-';
    }
    return name.trimmed().left(80) + ".pdf";
}

void savePdf(Workspace &workspace, QWidget *screen, const Printable &printable) {
    QString const folder = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    QString file = QFileDialog::getSaveFileName(screen, QCoreApplication::translate("print", "Save as PDF"),
                                                folder + '/' + fileNameOf(printable),
                                                QCoreApplication::translate("print", "PDF (*.pdf)"));
    if (file.isEmpty()) return;
    if (!file.endsWith(".pdf", Qt::CaseInsensitive)) file += ".pdf";
    writePdf(printable, file, &workspace, [&workspace, file](const QString &why) {
        Q_EMIT workspace.said(why.isEmpty()
                                  ? QCoreApplication::translate("print", "Saved as %1.").arg(file)
                                  : QCoreApplication::translate("print", "%1 could not be written: %2").arg(file, why),
                              {});
    });
}

void printOnPaper(Workspace &workspace, QWidget *screen, const Printable &printable) {
    auto const printer = std::make_shared<QPrinter>(QPrinter::HighResolution);
    printer->setPageLayout(layoutOf(printable));
    printer->setDocName(printable.title);
    printer->setCreator("Kontor");
    auto *const dialog = new QPrintDialog(printer.get(), screen);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    QObject::connect(dialog, &QDialog::accepted, &workspace, [&workspace, printer, printable] {
        Setting setting = settingNow();
        if (printer->printRange() == QPrinter::PageRange) {
            setting.firstPage = printer->fromPage();
            setting.lastPage = printer->toPage();
        }
        elsewhere(
            &workspace,
            [printer, printable, setting] {
                return drawPages(*printer, printable, setting)
                           ? QString()
                           : QCoreApplication::translate("print", "The printer takes nothing.");
            },
            [&workspace, printable](const QString &why) {
                Q_EMIT workspace.said(
                    why.isEmpty()
                        ? QCoreApplication::translate("print", "%1 was sent to the printer.").arg(printable.title)
                        : why,
                    {});
            });
    });
    dialog->open();
}

void finish(Workspace &workspace, QWidget *screen, const Printable &printable, bool toPdf) {
    if (toPdf) return savePdf(workspace, screen, printable);
    printOnPaper(workspace, screen, printable);
}

void collect(Workspace &workspace, ListView &list, bool toPdf) {
    auto *const making = new PrintableList(workspace, list.model().entity(), list.model().query(), &list);
    qint64 const total = list.model().total().value_or(0);
    int const expected = static_cast<int>(std::min<qint64>(total, PrintableList::mostRows));
    auto *const progress = new QProgressDialog(QCoreApplication::translate("print", "Reading what is to be printed…"),
                                               QCoreApplication::translate("print", "Cancel"), 0, expected, &list);
    progress->setWindowModality(Qt::WindowModal);
    progress->setMinimumDuration(slowMilliseconds);
    progress->setAttribute(Qt::WA_DeleteOnClose);
    QPointer<QProgressDialog> const shown(progress);
    QObject::connect(progress, &QProgressDialog::canceled, making, &PrintableList::cancel);
    QObject::connect(making, &PrintableList::progressed, progress, &QProgressDialog::setValue);
    QObject::connect(making, &QObject::destroyed, progress, &QObject::deleteLater);
    QObject::connect(making, &PrintableList::failed, &workspace,
                     [&workspace](const QString &why) { Q_EMIT workspace.said(why, {}); });
    QObject::connect(making, &PrintableList::finished, &list,
                     [&workspace, &list, shown, toPdf](const Printable &printable) {
                         if (shown) shown->hide();
                         finish(workspace, &list, printable, toPdf);
                     });
}

}  // namespace

QPageSize usualPaper(const QLocale &locale) {
    bool const letter = locale.measurementSystem() == QLocale::ImperialUSSystem ||
                        locale.territory() == QLocale::Canada || locale.territory() == QLocale::Mexico;
    return QPageSize(letter ? QPageSize::Letter : QPageSize::A4);
}

void writePdf(const Printable &printable, const QString &file, QObject *context, Printed then) {
    elsewhere(
        context,
        [printable, file, layout = layoutOf(printable), setting = settingNow()] {
            return pdfOf(printable, layout, setting, file);
        },
        std::move(then));
}

bool printScreen(Workspace &workspace, QWidget *screen, bool toPdf) {
    if (auto *const list = qobject_cast<ListView *>(screen)) {
        collect(workspace, *list, toPdf);
        return true;
    }
    auto *const record = qobject_cast<RecordView *>(screen);
    if (record == nullptr || record->record().isEmpty()) return false;
    finish(workspace, screen, printableRecord(workspace, record->entity(), record->record()), toPdf);
    return true;
}

}  // namespace kontor::desktop
