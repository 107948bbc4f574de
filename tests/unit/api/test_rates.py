from docktor.api.rates import MOST_KEYS, Buckets


def test_as_many_at_once_then_one_by_one() -> None:
    buckets = Buckets(per_minute=30)
    assert [buckets.take("a", 100.0) for _ in range(31)] == [0] * 30 + [2]
    assert buckets.take("a", 101.0) == 1
    assert buckets.take("a", 102.0) == 0
    assert buckets.take("a", 102.0) == 2
    assert buckets.take("b", 102.0) == 0, "others have their own"


def test_asking_in_vain_costs_nothing_and_a_rest_fills_it_no_further() -> None:
    buckets = Buckets(per_minute=5)
    assert [buckets.take("a", 0.0) for _ in range(10)] == [0] * 5 + [12] * 5
    assert [buckets.take("a", 9999.0) for _ in range(6)] == [0] * 5 + [12]


def test_a_clock_that_goes_back_gives_nothing() -> None:
    buckets = Buckets(per_minute=1)
    assert (buckets.take("a", 50.0), buckets.take("a", 0.0)) == (0, 60)


def test_it_never_grows_without_end() -> None:
    buckets = Buckets(per_minute=1)
    for number in range(3 * MOST_KEYS):
        buckets.take(str(number), 0.0)
    assert len(buckets._levels) == MOST_KEYS
