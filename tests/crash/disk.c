/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A VFS of SQLite that takes notes; see disk.h. */
#include "disk.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum file { DATABASE, JOURNAL, FILES };
enum { SECTOR = 512 };

struct note {
	enum { WRITE, TRUNCATE, SYNC, CREATE, DELETE, PROMISE } what;
	enum file file;
	int64_t offset; /* or the size, or the promise */
	int n;
	uint8_t *data;
	bool durable; /* DELETE: the folder was synchronised */
};

static struct note *notes;
static size_t nnotes, room;
static unsigned writes, full_at;
static bool stays_full, noting;
static sqlite3_vfs *real;

struct handle {
	sqlite3_file base;
	enum file file;
	sqlite3_file *below; /* lies behind this struct */
};

static struct note *add_note(int what, enum file file)
{
	if (nnotes == room) {
		room = room ? 2 * room : 256;
		notes = realloc(notes, room * sizeof(*notes));
		if (!notes)
			abort();
	}
	notes[nnotes] = (struct note){.file = file};
	notes[nnotes].what = (__typeof__(notes->what))what;
	return &notes[nnotes++];
}

static sqlite3_file *below(sqlite3_file *f)
{
	return ((struct handle *)(void *)f)->below;
}

static enum file file_of(sqlite3_file *f)
{
	return ((struct handle *)(void *)f)->file;
}

static bool no_room(void)
{
	writes++;
	return full_at &&
	       (writes == full_at || (stays_full && writes > full_at));
}

static int on_close(sqlite3_file *f)
{
	return below(f)->pMethods->xClose(below(f));
}

static int on_read(sqlite3_file *f, void *data, int n, sqlite3_int64 offset)
{
	return below(f)->pMethods->xRead(below(f), data, n, offset);
}

static int on_write(sqlite3_file *f, const void *data, int n,
		    sqlite3_int64 offset)
{
	struct note *note;

	if (no_room())
		return SQLITE_FULL;
	note = add_note(WRITE, file_of(f));
	note->offset = offset;
	note->n = n;
	note->data = malloc((size_t)n);
	if (!note->data)
		abort();
	memcpy(note->data, data, (size_t)n);
	return below(f)->pMethods->xWrite(below(f), data, n, offset);
}

static int on_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	add_note(TRUNCATE, file_of(f))->offset = size;
	return below(f)->pMethods->xTruncate(below(f), size);
}

static int on_sync(sqlite3_file *f, int flags)
{
	add_note(SYNC, file_of(f));
	return below(f)->pMethods->xSync(below(f), flags);
}

static int on_size(sqlite3_file *f, sqlite3_int64 *size)
{
	return below(f)->pMethods->xFileSize(below(f), size);
}

static int on_lock(sqlite3_file *f, int lock)
{
	return below(f)->pMethods->xLock(below(f), lock);
}

static int on_unlock(sqlite3_file *f, int lock)
{
	return below(f)->pMethods->xUnlock(below(f), lock);
}

static int on_check(sqlite3_file *f, int *out)
{
	return below(f)->pMethods->xCheckReservedLock(below(f), out);
}

static int on_control(sqlite3_file *f, int op, void *arg)
{
	/* Growing a file ahead of its writes would pass us by. */
	if (op == SQLITE_FCNTL_SIZE_HINT || op == SQLITE_FCNTL_CHUNK_SIZE)
		return SQLITE_OK;
	return below(f)->pMethods->xFileControl(below(f), op, arg);
}

static int on_sector(sqlite3_file *f)
{
	return below(f)->pMethods->xSectorSize(below(f));
}

static int on_device(sqlite3_file *f)
{
	return below(f)->pMethods->xDeviceCharacteristics(below(f));
}

static const sqlite3_io_methods methods = {
	.iVersion = 1,
	.xClose = on_close,
	.xRead = on_read,
	.xWrite = on_write,
	.xTruncate = on_truncate,
	.xSync = on_sync,
	.xFileSize = on_size,
	.xLock = on_lock,
	.xUnlock = on_unlock,
	.xCheckReservedLock = on_check,
	.xFileControl = on_control,
	.xSectorSize = on_sector,
	.xDeviceCharacteristics = on_device,
};

static int on_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags,
		   int *out)
{
	struct handle *h = (struct handle *)(void *)f;
	int there = 0, rc;

	h->below = (sqlite3_file *)(void *)(h + 1);
	h->file = flags & SQLITE_OPEN_MAIN_JOURNAL ? JOURNAL : DATABASE;
	if (name)
		real->xAccess(real, name, SQLITE_ACCESS_EXISTS, &there);
	rc = real->xOpen(real, name, h->below, flags, out);
	h->base.pMethods = h->below->pMethods ? &methods : NULL;
	if (!rc && !there)
		add_note(CREATE, h->file);
	return rc;
}

static int on_delete(sqlite3_vfs *v, const char *name, int sync)
{
	int rc = real->xDelete(real, name, sync);

	if (!rc)
		add_note(DELETE, JOURNAL)->durable = sync;
	return rc;
}

static sqlite3_vfs disk;

void disk_insert(void)
{
	for (size_t i = 0; i < nnotes; i++)
		free(notes[i].data);
	free(notes);
	notes = NULL;
	nnotes = room = 0;
	disk_full_at(0, false);
	noting = true;
	if (!real) {
		sqlite3_initialize();
		real = sqlite3_vfs_find(NULL);
		disk = *real;
		disk.iVersion = 1;
		disk.zName = "disk";
		disk.szOsFile = (int)sizeof(struct handle) + real->szOsFile;
		disk.xOpen = on_open;
		disk.xDelete = on_delete;
	}
	sqlite3_vfs_register(&disk, 1);
}

void disk_remove(void)
{
	sqlite3_vfs_unregister(&disk);
	noting = false;
}

void disk_full_at(unsigned nth, bool stays)
{
	writes = 0;
	full_at = nth;
	stays_full = stays;
}

unsigned disk_writes(void)
{
	return writes;
}

void disk_promise(unsigned value)
{
	if (noting)
		add_note(PROMISE, DATABASE)->offset = value;
}

size_t disk_notes(void)
{
	return nnotes;
}

/* What a file looks like: its bytes and whether it has a name. */
struct image {
	uint8_t *byte;
	size_t size, room;
	bool named;
};

static void resize(struct image *m, size_t size)
{
	if (size > m->room) {
		m->room = 2 * size;
		m->byte = realloc(m->byte, m->room);
		if (!m->byte)
			abort();
	}
	if (size > m->size)
		memset(m->byte + m->size, 0, size - m->size);
	m->size = size;
}

struct coin {
	unsigned choice;
	uint64_t state;
};

static bool toss(struct coin *c)
{
	if (c->choice < 2)
		return c->choice;
	/* xorshift64 (Marsaglia 2003) */
	c->state ^= c->state << 13;
	c->state ^= c->state >> 7;
	c->state ^= c->state << 17;
	return c->state >> 40 & 1;
}

/* Does what @n says to @m; each sector as the coin falls, NULL: all. */
static void apply(struct image *m, const struct note *n, struct coin *c)
{
	if (n->what == TRUNCATE) {
		if (!c || toss(c))
			resize(m, (size_t)n->offset);
		return;
	}
	for (int at = 0, part; at < n->n; at += part) {
		part = SECTOR - (int)((n->offset + at) % SECTOR);
		part = part < n->n - at ? part : n->n - at;
		if (c && !toss(c))
			continue;
		if (m->size < (size_t)(n->offset + at + part))
			resize(m, (size_t)(n->offset + at + part));
		memcpy(m->byte + n->offset + at, n->data + at, (size_t)part);
	}
}

/* Does to @m what happened to @file since note @from and before @at. */
static void replay(struct image *m, enum file file, size_t from, size_t at,
		   struct coin *c)
{
	for (size_t i = from; i < at; i++)
		if (notes[i].file == file &&
		    (notes[i].what == WRITE || notes[i].what == TRUNCATE))
			apply(m, &notes[i], c);
}

static void make(struct image *m, enum file file, size_t at, struct coin *c)
{
	size_t born = 0, synced = 0;

	*m = (struct image){.named = false};
	for (size_t i = 0; i < at; i++) {
		const struct note *n = &notes[i];

		/* Synchronising a new journal puts both names down. */
		if (n->what == SYNC && n->file == JOURNAL)
			m->named = true;
		if (n->file != file)
			continue;
		if (n->what == CREATE) {
			born = synced = i;
			m->named = toss(c);
		} else if (n->what == DELETE && (n->durable || toss(c))) {
			m->named = false;
		} else if (n->what == SYNC) {
			synced = i;
		}
	}
	replay(m, file, born, synced, NULL);
	replay(m, file, synced, at, c);
}

static void put(const struct image *m, const char *folder, const char *name,
		const char *suffix)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s%s", folder, name, suffix);
	unlink(path);
	if (!m->named)
		return;
	f = fopen(path, "w");
	if (!f || fwrite(m->byte, 1, m->size, f) != m->size || fclose(f))
		abort();
}

unsigned disk_power_cut(size_t at, unsigned choice, const char *folder,
			const char *name)
{
	struct coin coin = {choice, choice * UINT64_C(0x9e3779b97f4a7c15) + at};
	unsigned promise = 0;
	struct image m;

	make(&m, DATABASE, at, &coin);
	put(&m, folder, name, "");
	free(m.byte);
	make(&m, JOURNAL, at, &coin);
	put(&m, folder, name, "-journal");
	free(m.byte);
	for (size_t i = 0; i < at; i++)
		if (notes[i].what == PROMISE)
			promise = (unsigned)notes[i].offset;
	return promise;
}
