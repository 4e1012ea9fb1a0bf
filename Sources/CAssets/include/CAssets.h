// Files that travel inside the executable.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// The embedded files, in the order of the table in assets.c.
enum bancada_asset {
    BANCADA_ASSET_PENGUINS = 0,
    BANCADA_ASSET_LICENSES = 1,
};

/// Bytes of an embedded file; 0 for an unknown one.
size_t bancada_asset_size(int32_t asset);

/// One byte of an embedded file; 0 beyond its end. By the byte, so that Swift needs no pointer.
uint8_t bancada_asset_byte(int32_t asset, size_t offset);
