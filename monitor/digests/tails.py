"""How likely a count is: both tails of a Poisson and of a negative binomial distribution.

A count varies as Poisson when its variance is its mean, and as a negative binomial with the same two
moments when the variance is larger. Tails are summed from the definition, term by term away from the
count, so that a count in the thousands takes some hundred terms and nothing underflows.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, lgamma, log, sqrt

_HARDLY_MORE = 1e-4
"""A variance so little above the mean (relative) is that of a Poisson."""

_NEGLIGIBLE = 1e-12
"""Terms are summed until one is so small a part of the sum."""

_WIDEST = 300.0
"""A standard deviation beyond which counts are taken in bundles: nobody needs such tails to the one."""


_ONE = 1.001


@dataclass(frozen=True, slots=True)
class Counted:
    """A distribution of counts with a mean above 0 and a variance; one below the mean counts as that."""

    mean: float
    variance: float

    def at_least(self, count: int) -> float:
        """Return the chance of `count` or more."""
        if count <= 0:
            return 1.0
        if self._bundle > _ONE:
            return self._bundled().at_least(round(count / self._bundle))
        if count <= self.mean:
            return max(0.0, 1.0 - self._down_from(count - 1))
        return self._up_from(count)

    def at_most(self, count: int) -> float:
        """Return the chance of `count` or less."""
        if count < 0:
            return 0.0
        if self._bundle > _ONE:
            return self._bundled().at_most(round(count / self._bundle))
        if count >= self.mean:
            return max(0.0, 1.0 - self._up_from(count + 1))
        return self._down_from(count)

    def quantile(self, share: float) -> int:
        """Return the smallest count that with a chance of at least `share` is not exceeded."""
        high = 1
        while self.at_most(high) < share:
            high *= 2
        low = -1  # never enough
        while high - low > 1:
            middle = (low + high) // 2
            if self.at_most(middle) < share:
                low = middle
            else:
                high = middle
        return high

    @property
    def _bundle(self) -> float:
        return sqrt(self.variance) / _WIDEST

    def _bundled(self) -> Counted:
        return Counted(self.mean / self._bundle, self.variance / self._bundle**2)

    @property
    def _size(self) -> float:
        """The r of the negative binomial, 0 for a Poisson."""
        more = self.variance - self.mean
        return self.mean**2 / more if more > _HARDLY_MORE * self.mean else 0.0

    def _chance(self, count: int) -> float:
        mean, size = self.mean, self._size
        if not size:
            return exp(count * log(mean) - mean - lgamma(count + 1))
        return exp(
            lgamma(count + size)
            - lgamma(size)
            - lgamma(count + 1)
            + size * log(size / (size + mean))
            + count * log(mean / (size + mean))
        )

    def _ratio(self, count: int) -> float:
        """Return by how much `count` is likelier than one less."""
        mean, size = self.mean, self._size
        if not size:
            return mean / count
        return (count - 1 + size) / count * mean / (size + mean)

    def _up_from(self, count: int) -> float:
        """Sum the chances of `count`, which is above the mean, and of all beyond."""
        term = total = self._chance(count)
        while term > total * _NEGLIGIBLE:
            count += 1
            term *= self._ratio(count)
            total += term
        return min(1.0, total)

    def _down_from(self, count: int) -> float:
        """Sum the chances of `count`, which is below the mean, and of all beneath."""
        term = total = self._chance(count)
        # A strongly spread one has its peak at 0: then every term counts.
        while count > 0 and term > total * _NEGLIGIBLE:
            term /= self._ratio(count)
            count -= 1
            total += term
        return min(1.0, total)
