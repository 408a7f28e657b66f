import os


def main():
    rows = [number * number for number in range(int(os.environ.get("ROWS", "3")))]
    print(f"python-job wrote {len(rows)} rows: {rows}")


if __name__ == "__main__":
    main()
