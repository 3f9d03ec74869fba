#pragma once

// Paper and PDF: pages with a head and a foot, on the paper that is usual where the user is. They are laid out on a
// thread of their own.

#include "desktop/models/printable.h"

#include <QLocale>
#include <QPageSize>

#include <functional>

class QWidget;

namespace kontor::desktop {

/// Where printing ends: `why` is empty when it went well.
using Printed = std::function<void(const QString &why)>;

/// Letter where inches are used (and in Canada and Mexico), else A4.
[[nodiscard]] QPageSize usualPaper(const QLocale &locale = QLocale());

/// Writes the file whole or not at all; `then` is called on this thread, unless `context` is gone by then.
void writePdf(const Printable &printable, const QString &file, QObject *context, Printed then);

/// Print… and Save as PDF… of the screen, a RecordView or a ListView: asks for printer or file, shows progress on what
/// takes long, and says at the end what became of it. False when there is nothing on this screen that can be printed.
bool printScreen(Workspace &workspace, QWidget *screen, bool toPdf);

}  // namespace kontor::desktop
