#pragma once

// How the client looks: spacing, colours beyond the palette, icons. One place, light and dark.

#include <QColor>
#include <QIcon>
#include <QPalette>
#include <QString>

class QApplication;
class QDialog;
class QVBoxLayout;
class QWidget;

namespace kontor::desktop::look {

constexpr int space = 8;  ///< the grid, in device-independent pixels
constexpr int halfSpace = 4;
constexpr int iconSize = 16;

enum class Scheme { system, light, dark };

/// Sets palette, style and style sheet of the application; the windows that are open change with it.
void apply(QApplication &application, Scheme scheme);
[[nodiscard]] bool isDark();

/// An icon of ours in the colour of text, for the scheme in use; changes with it.
[[nodiscard]] QIcon icon(const QString &name);

enum class Tone { accent, good, warning, bad, muted };
/// A colour with enough contrast on the window's ground (WCAG 2.1 AA, 4.5:1) in the scheme in use.
[[nodiscard]] QColor colour(Tone tone);
/// A quiet ground for badges and banners of the tone, on which its colour() can be read.
[[nodiscard]] QColor ground(Tone tone);

/// Larger, for the title of a screen; smaller and muted, for what explains.
void asTitle(QWidget &label);
void asHint(QWidget &label);
/// The column of a dialog, with the usual room around it and the dialog's title at its head.
QVBoxLayout *titledColumn(QDialog &dialog);

}  // namespace kontor::desktop::look
