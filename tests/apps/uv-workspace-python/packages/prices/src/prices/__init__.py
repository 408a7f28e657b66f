def price(pieces: int) -> int:
    return 3 * pieces
