using System.Globalization;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>The unit of a <see cref="TimeStep"/>.</summary>
public enum TimeUnit
{
    Ticks,

    /// <summary>Calendar months, on the same day of each.</summary>
    Months,

    /// <summary>Calendar months, on the last day of each.</summary>
    MonthEnds,

    /// <summary>Monday to Friday.</summary>
    BusinessDays,
}

/// <summary>The usual distance between two rows of a series.</summary>
/// <param name="Count">The number of units, above 0.</param>
public readonly record struct TimeStep(TimeUnit Unit, long Count)
{
    /// <summary>The share of consecutive rows that must fit a calendar unit.</summary>
    private const double Agreement = 0.9;

    /// <summary>
    /// The usual step of series with increasing dates. It is months if nearly all rows have the same day of the month, and business days if daily rows skip
    /// weekends. Otherwise it is the median distance. Null if no series has two rows.
    /// </summary>
    public static TimeStep? Find(IEnumerable<IReadOnlyList<DateTime>> series)
    {
        Tally distances = new(), months = new();
        int pairs = 0, sameDay = 0, monthEnds = 0, weekendRows = 0, overWeekend = 0;
        bool isSameTime = true;
        foreach (IReadOnlyList<DateTime> times in series)
        {
            for (int i = 0; i < times.Count; i++)
            {
                if (times[i].DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday) weekendRows++;
                if (i == 0) continue;
                (DateTime before, DateTime now) = (times[i - 1], times[i]);
                pairs++;
                distances.Add((now - before).Ticks);
                months.Add(MonthsBetween(before, now));
                isSameTime &= before.TimeOfDay == now.TimeOfDay;
                bool areEnds = IsMonthEnd(before) && IsMonthEnd(now);
                if (areEnds) monthEnds++;
                if (before.Day == now.Day || areEnds) sameDay++;
                if (before.DayOfWeek == DayOfWeek.Friday && now.DayOfWeek == DayOfWeek.Monday) overWeekend++;
            }
        }

        if (pairs == 0) return null;
        long usual = distances.Median(), usualMonths = months.Median();
        if (isSameTime && usualMonths > 0 && sameDay >= Agreement * pairs)
            return new(monthEnds >= Agreement * pairs ? TimeUnit.MonthEnds : TimeUnit.Months, usualMonths);
        if (isSameTime && usual == TimeSpan.TicksPerDay && weekendRows == 0 && overWeekend > 0) return new(TimeUnit.BusinessDays, 1);
        return new(TimeUnit.Ticks, Math.Max(1, usual));
    }

    /// <summary>The time so many steps later.</summary>
    /// <exception cref="ArgumentOutOfRangeException">That is after the end of the calendar.</exception>
    public DateTime Add(DateTime from, int steps)
    {
        switch (Unit)
        {
            case TimeUnit.Months:
                return from.AddMonths(checked((int)(Count * steps)));
            case TimeUnit.MonthEnds:
                DateTime month = from.AddMonths(checked((int)(Count * steps)));
                return month.AddDays(DateTime.DaysInMonth(month.Year, month.Month) - month.Day);
            case TimeUnit.BusinessDays:
                DateTime day = from;
                for (long left = checked(Count * steps); left > 0; left--)
                    day = day.AddDays(day.DayOfWeek switch { DayOfWeek.Friday => 3, DayOfWeek.Saturday => 2, _ => 1 });
                return day;
            default:
                try
                {
                    return from.AddTicks(checked(Count * steps));
                }
                catch (OverflowException)
                {
                    throw new ArgumentOutOfRangeException(nameof(steps));
                }
        }
    }

    /// <summary>The number of steps between two times; 0 if the second is not a whole number of steps after the first.</summary>
    public int Between(DateTime from, DateTime to)
    {
        long steps = Unit switch
        {
            TimeUnit.Ticks => (to - from).Ticks / Count,
            TimeUnit.BusinessDays => BusinessDaysBetween(from, to) / Count,
            _ => MonthsBetween(from, to) / Count,
        };
        return steps is > 0 and <= int.MaxValue && Add(from, (int)steps) == to ? (int)steps : 0;
    }

    /// <summary>For display: <c>1:00:00</c>, <c>1 day</c>, <c>3 months</c>.</summary>
    public override string ToString() => Unit switch
    {
        TimeUnit.Months or TimeUnit.MonthEnds => Count % 12 == 0 ? Plural(Count / 12, "year") : Plural(Count, "month"),
        TimeUnit.BusinessDays => "a business day",
        _ when Count % TimeSpan.TicksPerDay == 0 => Plural(Count / TimeSpan.TicksPerDay, "day"),
        _ => TimeSpan.FromTicks(Count).ToString("g", CultureInfo.InvariantCulture),
    };

    private static string Plural(long count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");

    private static bool IsMonthEnd(DateTime time) => time.Day == DateTime.DaysInMonth(time.Year, time.Month);

    private static long MonthsBetween(DateTime from, DateTime to) => ((to.Year - from.Year) * 12L) + to.Month - from.Month;

    private static long BusinessDaysBetween(DateTime from, DateTime to)
    {
        long days = (to.Date - from.Date).Days, weeks = days / 7, count = weeks * 5;
        for (DateTime day = from.Date.AddDays(weeks * 7); day < to.Date; day = day.AddDays(1))
            if (day.AddDays(1).DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday)) count++;
        return count;
    }

    /// <summary>Counts numbers that are mostly equal, so that those of a long series take little memory.</summary>
    private sealed class Tally
    {
        private const int MaxCounted = 4096;

        private readonly SortedDictionary<long, long> _counts = [];
        private readonly List<long> _others = [];
        private long _last, _lastCount;

        public void Add(long value)
        {
            if (value == _last)
            {
                _lastCount++;
                return;
            }

            Settle();
            (_last, _lastCount) = (value, 1);
        }

        public long Median()
        {
            Settle();
            _others.Sort();
            long rank = (_counts.Values.Sum() + _others.Count - 1) / 2;
            int other = 0;
            foreach ((long value, long count) in _counts)
            {
                for (; other < _others.Count && _others[other] < value; other++)
                    if (rank-- == 0) return _others[other];
                if (rank < count) return value;
                rank -= count;
            }

            return _others[other + (int)rank];
        }

        private void Settle()
        {
            if (_lastCount == 0) return;
            if (_counts.TryGetValue(_last, out long before) || _counts.Count < MaxCounted) _counts[_last] = before + _lastCount;
            else for (; _lastCount > 0; _lastCount--) _others.Add(_last);
            _lastCount = 0;
        }
    }
}
