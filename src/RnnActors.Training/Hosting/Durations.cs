using System.Globalization;
using RnnActors.Core.Problems;

namespace RnnActors.Training.Hosting;

/// <summary>Durations in options, from a tenth of a second to an hour.</summary>
internal static class Durations
{
    /// <summary>The accepted forms, for errors.</summary>
    public const string Expected = "seconds from 0.1 to 3600, or hours:minutes:seconds";

    private static readonly TimeSpan Min = TimeSpan.FromMilliseconds(100), Max = TimeSpan.FromHours(1);

    /// <summary>Reads seconds, or hours:minutes:seconds. A number alone is seconds, not days as in <see cref="TimeSpan.Parse(string)"/>.</summary>
    public static bool TryParse(string? text, out TimeSpan time)
    {
        time = default;
        if (text?.Count(letter => letter == ':') == 2) return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out time) && Holds(time);
        if (!double.TryParse(text?.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) || !(seconds <= Max.TotalSeconds))
            return false;
        time = TimeSpan.FromSeconds(seconds);
        return Holds(time);
    }

    /// <exception cref="InvalidInputException">The time is too short or too long.</exception>
    public static void Check(string name, TimeSpan time)
    {
        if (!Holds(time)) throw new InvalidInputException($"{name} is {time}, but it must be from {Min.TotalSeconds} to {Max.TotalSeconds} seconds");
    }

    private static bool Holds(TimeSpan time) => time >= Min && time <= Max;
}
