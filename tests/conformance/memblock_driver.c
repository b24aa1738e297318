// SPDX-License-Identifier: Apache-2.0
/*
 * Carries out memblock operations on the kernel's own mm/memblock.c in user space.
 *
 * Built outside the project against a kernel source tree (memblock_simulator.py does it).  Reads operations from stdin, one a
 * line, and answers each with a line: the result, and a CRC-32 of both arrays.  Addresses are hexadecimal, half open.
 * MAP_LOW..MAP_HIGH is backed by memory at the same addresses, since memblock writes its grown arrays there.
 */
#include "memblock.c"

#include <stdlib.h>
#include <sys/mman.h>

#define MAP_LOW 0x100000UL
#define MAP_HIGH 0x1000000000UL

bool movable_node_enabled;
enum slab_state slab_state;

/* Nothing is ever allocated from slab: a request for it is a bug of this driver. */
bool slab_is_available(void)
{
	return false;
}

void *kmalloc(size_t size, gfp_t gfp)
{
	abort();
}

void kfree(void *object)
{
	abort();
}

static struct memblock pristine;
static unsigned int crc_table[256];

static void make_crc_table(void)
{
	for (unsigned int n = 0; n < 256; n++) {
		unsigned int crc = n;

		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xEDB88320U : crc >> 1;
		crc_table[n] = crc;
	}
}

static unsigned int crc_of_text(unsigned int crc, const char *text)
{
	for (; *text; text++)
		crc = crc_table[(crc ^ (unsigned char)*text) & 0xff] ^ crc >> 8;
	return crc;
}

static unsigned int crc_of_type(unsigned int crc, const struct memblock_type *type, bool shown)
{
	char line[96];

	for (unsigned long n = 0; n < type->cnt; n++) {
		const struct memblock_region *region = &type->regions[n];

		if (!region->size)
			continue; /* the dummy of an empty array */
		snprintf(line, sizeof(line), "%llx-%llx,%d,%x;", (unsigned long long)region->base,
			 (unsigned long long)(region->base + region->size), memblock_get_region_node(region),
			 (unsigned int)region->flags);
		crc = crc_of_text(crc, line);
		if (shown)
			fputs(line, stdout);
	}
	snprintf(line, sizeof(line), "/%lu;", type->max);
	if (shown)
		fputs(line, stdout);
	return crc_of_text(crc, line);
}

static void answer(long long result, bool shown)
{
	unsigned int crc = ~0U;

	printf("= %llx ", (unsigned long long)result);
	crc = crc_of_type(crc, &memblock.memory, shown);
	crc = crc_of_type(crc, &memblock.reserved, shown);
	printf("%08x\n", ~crc);
}

static void start_over(void)
{
	memset(memblock_memory_init_regions, 0, sizeof(memblock_memory_init_regions));
	memset(memblock_reserved_init_regions, 0, sizeof(memblock_reserved_init_regions));
	memblock = pristine;
	memblock_can_resize = 1;
	system_has_some_mirror = false;
	mirrored_kernelcore = true;
	movable_node_enabled = false;
}

/* Operands: base, end (or limits), size, align, nid, flag; which of them count depends on the operation. */
static long long carry_out(char op, unsigned long long base, unsigned long long end, unsigned long long size,
			   unsigned long long align, int nid, int flag)
{
	unsigned long long length = end - base;

	switch (op) {
	case 'a':
		return memblock_add_node(base, length, nid, flag);
	case 'r':
		return memblock_reserve(base, length);
	case 'x':
		return memblock_remove(base, length);
	case 'f':
		return memblock_phys_free(base, length);
	case 'n':
		return memblock_set_node(base, length, flag ? &memblock.reserved : &memblock.memory, nid);
	case 'm': /* nid: 1 sets, 0 clears */
		if (flag == MEMBLOCK_HOTPLUG)
			return nid ? memblock_mark_hotplug(base, length) : memblock_clear_hotplug(base, length);
		if (flag == MEMBLOCK_NOMAP)
			return nid ? memblock_mark_nomap(base, length) : memblock_clear_nomap(base, length);
		return memblock_mark_mirror(base, length);
	case 't':
		memblock_trim_memory(align);
		return 0;
	case 'p': /* flag: the node only */
		return memblock_alloc_range_nid(size, align, base, end, nid, flag);
	case 'v':
		return (long long)(unsigned long)(flag ? memblock_alloc_exact_nid_raw(size, align, base, end, nid)
						       : memblock_alloc_try_nid_raw(size, align, base, end, nid));
	case 'd':
		memblock_set_bottom_up(flag);
		return 0;
	case 'l':
		memblock_set_current_limit(end);
		return 0;
	case 'M':
		movable_node_enabled = flag;
		return 0;
	}
	abort();
}

int main(void)
{
	char line[256], op;
	unsigned long long base, end, size, align;
	int nid, flag;

	if (mmap((void *)MAP_LOW, MAP_HIGH - MAP_LOW, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0) != (void *)MAP_LOW) {
		perror("driver: mmap");
		return 2;
	}
	make_crc_table();
	pristine = memblock;
	start_over();
	while (fgets(line, sizeof(line), stdin)) {
		if (line[0] == '!') { /* a new sequence */
			start_over();
			continue;
		}
		if (line[0] == '?') { /* show the state */
			answer(0, true);
			continue;
		}
		if (sscanf(line, "%c %llx %llx %llx %llx %d %d", &op, &base, &end, &size, &align, &nid, &flag) != 7) {
			fprintf(stderr, "driver: cannot read: %s", line);
			return 2;
		}
		answer(carry_out(op, base, end, size, align, nid, flag), false);
	}
	return 0;
}
