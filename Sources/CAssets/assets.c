#include "CAssets.h"

static const uint8_t penguins[] = {
#embed "../../workspace/data/penguins.csv"
};

static const uint8_t licenses[] = {
#embed "licenses/licenses.txt"
};

static const struct {
    const uint8_t *bytes;
    size_t size;
} assets[] = {
    [BANCADA_ASSET_PENGUINS] = {penguins, sizeof penguins},
    [BANCADA_ASSET_LICENSES] = {licenses, sizeof licenses},
};

static const size_t asset_count = sizeof assets / sizeof assets[0];

size_t bancada_asset_size(int32_t asset) {
    return asset >= 0 && (size_t)asset < asset_count ? assets[asset].size : 0;
}

uint8_t bancada_asset_byte(int32_t asset, size_t offset) {
    return offset < bancada_asset_size(asset) ? assets[asset].bytes[offset] : 0;
}
