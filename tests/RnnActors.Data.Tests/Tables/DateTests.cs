using System.Globalization;
using CsCheck;
using RnnActors.Core.Problems;
using RnnActors.Data.Tables;
using Xunit;
using static RnnActors.Data.Tests.Tables.TableCase;

namespace RnnActors.Data.Tests.Tables;

public class DateTests
{
    private static readonly string[] Patterns =
    [
        "yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-dd HH:mm:ss.fff", "yyyy-MM-dd HH:mm:sszzz", "yyyy-MM-ddTHH:mm zzz", "yyyy/MM/dd",
        "yyyy-MM", "yyyyMMdd", "yyyyMMddHHmm", "dd.MM.yyyy", "dd.MM.yyyy HH:mm", "d.M.yyyy H:mm", "MMM dd, yyyy", "dd-MMM-yyyy", "yyyy", "epoch", "epochMs",
    ];

    [Fact]
    public void Dates_are_written_as_they_are_read() => Gen.Select(
            Gen.Int[0, Patterns.Length - 1].Select(i => Patterns[i]), Gen.DateTime[new(1990, 1, 1), new(2090, 1, 1)].Array[3, 8], Gen.Int[-12, 12])
        .Sample((pattern, times, hours) =>
        {
            TimeSpan offset = TimeSpan.FromHours(hours);
            string[] fields = [.. times.Select(time => pattern switch
            {
                "epoch" => ((time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond).ToString(CultureInfo.InvariantCulture),
                "epochMs" => ((time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond).ToString(CultureInfo.InvariantCulture),
                _ => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Unspecified), offset).ToString(pattern, CultureInfo.InvariantCulture),
            })];
            bool isOrdered = Enumerable.Range(1, fields.Length - 1).All(i => IsLater(times, pattern, i));
            if (!isOrdered) return;
            CsvFormat format = new() { Time = "t", TimeFormat = pattern.StartsWith("epoch", StringComparison.Ordinal) ? pattern : null };
            TableTimes read = Parse(Lines("t;y", fields.Select((field, i) => $"{field};{i * i}")), format).Times!;
            Assert.Equal(fields, fields.Select((_, row) => read.Format(read.Local[row], read.Offsets?[row])));
            Assert.Equal(pattern.Contains("zzz", StringComparison.Ordinal), read.Offsets is not null);
        }, iter: 400);

    /// <summary>A column that is called as a time and holds dates is never read as anything else.</summary>
    [Theory]
    [InlineData("date,y\nTotal,9\n2024-01-01,1\n2024-01-02,2\n2024-01-03,3\n", "f.csv:2:1: 'Total' in the column of dates 'date' is not a date")]
    [InlineData("date,y\n31/01/23,1\n01/02/23,2\n02/02/23,3\n", "f.csv:2:1: '31/01/23' in column 'date' looks like a date")]
    [InlineData("Datum,y\n\"Monday, 01 January 2024\",1\n\"Tuesday, 02 January 2024\",2\n", "data.timeFormat")]
    public void Dates_that_cannot_be_read_are_refused(string text, string said) => Assert.Contains(
        said, Assert.Throws<InvalidInputException>(() => CsvTable.Parse(new("f.csv", text), new())).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("day,y\nMon,1\nTue,2\n")]
    [InlineData("time,y\n08:00,1\n09:00,2\n")]
    [InlineData("period,y\nspring 1,1\nsummer 2,2\n")]
    public void Names_of_times_alone_make_no_dates(string text) => Assert.Null(CsvTable.Parse(new("f.csv", text), new()).Times);

    [Theory]
    [InlineData("2023-10-26T02:00:00+02:00", "2023-10-26T02:00:00", 2)]
    [InlineData("2023-10-26T02:00:00Z", "2023-10-26T02:00:00", 0)]
    [InlineData("2023-10-26 02:00:00-0500", "2023-10-26T02:00:00", -5)]
    [InlineData("2023-10-26 02:00 UTC", "2023-10-26T02:00:00", 0)]
    public void Offsets_are_kept_beside_the_time_of_the_clock(string field, string local, int hours)
    {
        TableTimes times = Parse($"t,y\n{field},1\n").Times!;
        Assert.Equal(DateTime.Parse(local, CultureInfo.InvariantCulture), times.Local[0]);
        Assert.Equal(TimeSpan.FromHours(hours), times.Offsets![0]);
        Assert.Equal(field, times.Format(times.Local[0], times.Offsets[0]));
        Assert.True(times.IsGuess);
    }

    [Fact]
    public void Offsets_on_some_rows_alone_are_refused() => Assert.StartsWith(
        "f.csv:3:1: '2024-01-01 01:00' in the column of dates 't' has no offset from UTC", Refused("t,y\n2024-01-01 00:00Z,1\n2024-01-01 01:00,2\n"));

    [Theory]
    [InlineData(
        "t,y\n2024-01-01,1\n2024-01-02,2\nTotal,3\n",
        "f.csv:4:1: 'Total' in the column of dates 't' is not a date with its year; 2 of 3 rows",
        "set data.footerLines to 1")]
    [InlineData("t,y\n2024-01-01,1\n2024-13-02,2\n2024-01-03,3\n", "f.csv:3:1: '2024-13-02' in the column of dates 't'", "data.timeFormat")]
    [InlineData("t,y\n2024-01-01,1\n,2\n2024-01-03,3\n", "f.csv:3:1: The column of dates 't' has no date here; 2 of 3 rows have one", "in data.time")]
    public void A_guess_that_begins_well_and_fails_speaks(string text, string start, string remedy)
    {
        string message = Refused(text);
        Assert.StartsWith(start, message);
        Assert.Contains(remedy, message);
    }

    [Fact]
    public void Texts_of_which_the_first_looks_like_a_date_are_texts() => Assert.Null(Parse("t,y\n2024-01,1\nb,2\nc,3\n").Times);

    [Theory]
    [InlineData("date", "20230101", "20230102")]
    [InlineData("ds", "1672531200", "1672617600")]
    [InlineData("open_time", "1672531200000", "1672617600000")]
    [InlineData("openTime", "1672531200000", "1672617600000")]
    public void Whole_numbers_are_the_time_where_the_name_says_so(string name, string first, string second)
    {
        TableTimes times = Parse($"{name},y\n{first},5\n{second},6\n").Times!;
        Assert.Equal([new DateTime(2023, 1, 1), new(2023, 1, 2)], times.Local);
        Assert.Equal(second, times.Format(times.Local[1], null));
    }

    [Theory]
    [InlineData("2024-W05", "2024-01-29")]
    [InlineData("2024W05", "2024-01-29")]
    [InlineData("2024-W05-3", "2024-01-31")]
    [InlineData("2024W057", "2024-02-04")]
    [InlineData("2024Q2", "2024-04-01")]
    [InlineData("2024-Q4", "2024-10-01")]
    [InlineData("Q3 2024", "2024-07-01")]
    public void Weeks_and_quarters_are_their_first_days(string field, string day)
    {
        TableTimes times = Parse($"t,y\n{field},5\n").Times!;
        Assert.Equal(DateTime.Parse(day, CultureInfo.InvariantCulture), times.Local[0]);
        Assert.Equal(field, times.Format(times.Local[0], null));
    }

    [Fact]
    public void Two_columns_are_joined()
    {
        Table table = Parse("Date,Time,y\n2024-01-01,00:00,5\n2024-01-01,01:30,6\n", new() { Time = "Date+Time" });
        Assert.Equal(("Date Time", new DateTime(2024, 1, 1, 1, 30, 0)), (table.Times!.Name, table.Times.Local[1]));
        Assert.Equal(["y"], table.Columns.Select(column => column.Name));
        Assert.Contains("no column of dates 'Tme'", Refused("Date,Time,y\n2024-01-01,00:00,5\n", new() { Time = "Date+Tme" }));
    }

    [Fact]
    public void Times_of_day_beside_dates_are_pointed_out() => Assert.Equal(
        "Column 'Time' seems to hold the times of day: set data.time to Date+Time to join them with the dates.",
        Assert.Single(Parse("Date,Time,y\n2024-01-01,00:00,5\n2024-01-02,01:30,6\n").Notes));

    [Fact]
    public void A_named_column_of_no_dates_is_refused_early() => Assert.StartsWith(
        "f.csv:2:1: 'no 0' in the column of dates 't' is not a date with its year; 0 of the first 101 rows have one",
        Refused(Lines("t,y", Enumerable.Range(0, 500).Select(row => $"no {row},{row * row}")), new() { Time = "t" }));

    [Fact]
    public void Months_with_even_steps_are_told_from_days()
    {
        string[] days = [.. Enumerable.Range(0, 24).Select(month => $"01/{(month % 12) + 1:00}/{2018 + (month / 12)},{month}")];
        Table table = Parse(Lines("Date,y", days));
        Assert.Equal(new DateTime(2018, 2, 1), table.Times!.Local[1]);
        Assert.Equal("01/03/2020", table.Times.Format(new(2020, 3, 1), null));
        Assert.Contains("day first, as their steps are even then: 28 to 31 days and not 1 to 354 days", Assert.Single(table.Notes));
    }

    [Fact]
    public void Days_and_months_that_stay_open_are_refused()
    {
        string message = Refused("t,y\n01/02/2024,1\n02/02/2024,2\n");
        Assert.StartsWith("f.csv:2:1: '01/02/2024' in the column of dates 't' may be 2024-02-01 or 2024-01-02. Set data.culture to en-GB", message);
        Assert.Equal(new DateTime(2024, 2, 1), Parse("t,y\n01/02/2024,1\n02/02/2024,2\n", new() { Culture = "en-GB" }).Times!.Local[0]);
        Assert.Equal(new DateTime(2024, 1, 2), Parse("t,y\n01/02/2024,1\n02/02/2024,2\n", new() { Culture = "en-US" }).Times!.Local[0]);
        Assert.Equal(new DateTime(2024, 2, 1), Parse("t,y\n01/02/2024,1\n02/02/2024,2\n", new() { TimeFormat = "dd/MM/yyyy", Time = "t" }).Times!.Local[0]);
    }

    [Fact]
    public void Days_above_twelve_decide_and_it_is_said()
    {
        Table table = Parse("t,y\n12/02/2024,1\n13/02/2024,2\n");
        Assert.Equal(new DateTime(2024, 2, 12), table.Times!.Local[0]);
        Assert.Contains("read day first, as '13/02/2024'", Assert.Single(table.Notes));
    }

    [Fact]
    public void A_format_that_is_none_is_refused() =>
        Assert.Contains("'%' is no format of dates. Set data.timeFormat", Refused("t,y\n2024-01-01,1\n", new() { TimeFormat = "%", Time = "t" }));

    /// <summary>A file of 100 KB cost 370 MB: each of 1,800 patterns copied the field.</summary>
    [Fact]
    public void A_long_field_in_a_column_of_dates_is_refused_without_trying_every_pattern_on_it()
    {
        string file = "Datum;Wert\n01.02" + new string('<', 100_000) + ".2024;1\n02.02.2024;2\n";
        _ = Refused(file);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("looks like a date", Refused(file));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100L * file.Length);
    }

    /// <summary>Whether a row is behind the one before as far as the pattern writes it.</summary>
    private static bool IsLater(DateTime[] times, string pattern, int row) =>
        times[row].Year > times[row - 1].Year || (pattern != "yyyy" && times[row] > times[row - 1].AddDays(32));
}
