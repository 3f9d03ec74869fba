#include "desktop/views/attachments_view.h"

#include "desktop/views/look.h"

#include <QAction>
#include <QApplication>
#include <QDesktopServices>
#include <QFileDialog>
#include <QFileInfo>
#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QStandardPaths>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QTemporaryDir>
#include <QToolBar>
#include <QUrl>
#include <QUuid>
#include <QVBoxLayout>

namespace kontor::desktop {

namespace {

/// While a file is on its way, its size's place has a bar.
class ProgressDelegate : public QStyledItemDelegate {
  public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override {
        QVariant const percent = index.data(AttachmentsModel::progressRole);
        if (!percent.isValid()) return QStyledItemDelegate::paint(painter, option, index);
        QRect const bar = option.rect.adjusted(look::halfSpace, look::space, -look::halfSpace, -look::space);
        QRect done = bar;
        done.setWidth(bar.width() * percent.toInt() / 100);
        painter->fillRect(bar, look::ground(look::Tone::muted));
        painter->fillRect(QStyle::visualRect(option.direction, bar, done), look::colour(look::Tone::accent));
    }
};

/// A folder of this process for files that are only looked at; removed with it.
QString folderOfOpened() {
    static const QTemporaryDir folder;
    return folder.path();
}

}  // namespace

AttachmentsView::AttachmentsView(Workspace &workspace, const QString &entity, const QString &recordId, QWidget *parent)
    : QWidget(parent), workspace_(workspace), model_(new AttachmentsModel(workspace, entity, recordId, this)) {
    setObjectName("attachments");
    auto *const layout = new QVBoxLayout(this);
    layout->setContentsMargins(look::space, look::space, 0, 0);
    layout->setSpacing(look::halfSpace);
    makeActions();
    makeTable();
    layout->addWidget(table_, 1);
    empty_ = new QLabel(tr("No files yet. Drop some onto the record, or add them above."), this);
    empty_->setWordWrap(true);
    empty_->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
    empty_->setMargin(3 * look::space);
    look::asHint(*empty_);
    layout->addWidget(empty_, 1);
    connect(model_, &AttachmentsModel::loaded, this, &AttachmentsView::showState);
    connect(model_, &AttachmentsModel::dataChanged, this, &AttachmentsView::showState);
    connect(model_, &AttachmentsModel::failed, this, [this](const QString &text) { Q_EMIT workspace_.said(text, {}); });
    connect(model_, &AttachmentsModel::uploaded, this,
            [this](const QString &name) { Q_EMIT workspace_.said(tr("%1 was added.").arg(name), {}); });
    connect(model_, &AttachmentsModel::downloaded, this, [this](const QString &path) {
        if (opening_.remove(path)) {
            QDesktopServices::openUrl(QUrl::fromLocalFile(path));
        } else {
            Q_EMIT workspace_.said(tr("Saved as %1.").arg(path), {});
        }
    });
    connect(model_, &AttachmentsModel::removed, this, [this](const QString &id, const QString &name) {
        Q_EMIT workspace_.said(tr("%1 was removed.").arg(name), [model = QPointer<AttachmentsModel>(model_), id] {
            if (model) model->takeBack(id);
        });
    });
    showState();
    model_->reload();
}

void AttachmentsView::makeActions() {
    auto *const bar = new QToolBar(this);
    bar->setIconSize({look::iconSize, look::iconSize});
    auto const action = [&](const QString &text, const QString &icon, const QKeySequence &keys, auto then) {
        auto *const made = new QAction(look::icon(icon), text, this);
        made->setShortcut(keys);
        made->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        made->setToolTip(text + " (" + keys.toString(QKeySequence::NativeText) + ')');
        connect(made, &QAction::triggered, this, then);
        addAction(made);
        bar->addAction(made);
        return made;
    };
    add_ = action(tr("Add files …"), "attach", Qt::Key_Insert, [this] { choose(); });
    open_ = action(tr("Open"), "view", QKeySequence(Qt::CTRL | Qt::Key_Return), [this] { open(); });
    save_ = action(tr("Save as …"), "save", QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S), [this] { saveAs(); });
    remove_ = action(tr("Remove"), "delete", QKeySequence::Delete, [this] { remove(); });
    stop_ = action(tr("Stop"), "close", Qt::Key_Escape, [this] { model_->cancel(row()); });
    bar->setToolButtonStyle(Qt::ToolButtonIconOnly);
    layout()->addWidget(bar);
}

void AttachmentsView::makeTable() {
    table_ = new QTableView(this);
    table_->setObjectName("attachmentsTable");
    table_->setAccessibleName(tr("Attachments"));
    table_->setModel(model_);
    table_->setItemDelegateForColumn(AttachmentsModel::sizeColumn, new ProgressDelegate(table_));
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table_->setShowGrid(false);
    table_->setTabKeyNavigation(false);
    table_->setProperty("look", "plain");
    table_->horizontalHeader()->hide();
    table_->verticalHeader()->hide();
    table_->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table_->horizontalHeader()->setSectionResizeMode(AttachmentsModel::nameColumn, QHeaderView::Stretch);
    table_->setContextMenuPolicy(Qt::ActionsContextMenu);
    table_->addActions({open_, save_, remove_, stop_});
    connect(table_, &QTableView::activated, this, &AttachmentsView::open);
    connect(table_->selectionModel(), &QItemSelectionModel::currentChanged, this, &AttachmentsView::showState);
}

int AttachmentsView::row() const { return table_->currentIndex().row(); }

void AttachmentsView::upload(const QStringList &paths) {
    for (const QString &path : paths) model_->upload(path);
    if (table_->currentIndex().row() < 0 && model_->rowCount() > 0) table_->selectRow(0);
}

void AttachmentsView::choose() {
    auto *const dialog = new QFileDialog(this, tr("Add files"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    connect(dialog, &QFileDialog::filesSelected, this, &AttachmentsView::upload);
    dialog->open();
}

/// The name is of the server: only its last part becomes a file's name here, in a folder of its own.
void AttachmentsView::open() {
    if (row() < 0) return;
    QString const folder = folderOfOpened() + '/' + QUuid::createUuid().toString(QUuid::Id128);
    QString const name = QFileInfo(model_->fileName(row())).fileName();
    if (!QDir().mkpath(folder) || name.isEmpty() || name == ".." || name == ".") return;
    QString const path = folder + '/' + name;
    opening_.insert(path);
    model_->download(row(), path);
}

void AttachmentsView::saveAs() {
    int const chosen = row();
    if (chosen < 0) return;
    QString const folder = QStandardPaths::writableLocation(QStandardPaths::DownloadLocation);
    auto *const dialog = new QFileDialog(this, tr("Save as"), folder);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(QFileInfo(model_->fileName(chosen)).fileName());
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, index = QPersistentModelIndex(model_->index(chosen, 0))](const QString &path) {
                if (index.isValid()) model_->download(index.row(), path);
            });
    dialog->open();
}

void AttachmentsView::remove() { model_->remove(row()); }

void AttachmentsView::showState() {
    bool const isEmpty = model_->rowCount() == 0;
    empty_->setVisible(isEmpty);
    table_->setVisible(!isEmpty);
    bool const chosen = row() >= 0;
    bool const moving = chosen && model_->index(row(), 0).data(AttachmentsModel::progressRole).isValid();
    for (QAction *const action : {open_, save_, remove_}) action->setEnabled(chosen && !moving);
    stop_->setEnabled(moving);
}

}  // namespace kontor::desktop
