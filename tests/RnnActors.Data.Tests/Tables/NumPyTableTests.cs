using System.Globalization;
using System.Runtime.InteropServices;
using RnnActors.Core.Problems;
using RnnActors.Data.NumPy;
using RnnActors.Data.Tables;
using Xunit;

namespace RnnActors.Data.Tests.Tables;

public sealed class NumPyTableTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void An_array_has_the_columns_of_a_file_without_a_header()
    {
        Table table = Read(stream => NpyFile.Write(stream, NumPyArray.Of([1f, 2, 3, 4.5f, float.NaN, 6], 3, 2)));
        Assert.Equal(["column1", "column2"], table.Columns.Select(column => column.Name));
        Assert.Equal([1, 3, double.NaN], table.Numbers("column1").Values);
        Assert.Equal([2, 4.5, 6], table.Numbers("column2").Values);
        Assert.Equal(3, Read(stream => NpyFile.Write(stream, NumPyArray.Of([5L, 4, 9], 3))).Rows);
    }

    [Fact]
    public void Records_and_archives_have_columns_by_their_names()
    {
        (string, NumPyArray)[] columns = [("when", NumPyArray.Of(["2024-01-01", "2024-01-02", "2024-01-03"])), ("x", NumPyArray.Of([1.5, 2, 4], 3))];
        foreach (Table table in (Table[])[Read(stream => NpyFile.Write(stream, columns)), Read(stream => NpzFile.Write(stream, columns))])
        {
            Assert.Equal(["x"], table.Columns.Select(column => column.Name));
            Assert.Equal("when", table.Times?.Name);
            Assert.Equal([1.5, 2, 4], table.Numbers("x").Values);
        }

        Table wide = Read(stream => NpzFile.Write(stream, [("x", NumPyArray.Of([1.5, 2], 2)), ("y", NumPyArray.Of([1.0, 2, 3, 4], 2, 2))]));
        Assert.Equal(["x", "y1", "y2"], wide.Columns.Select(column => column.Name));
        Assert.Equal([2, 4], wide.Numbers("y2").Values);
    }

    [Fact]
    public void What_is_no_table_is_refused()
    {
        Assert.Equal(
            "f: the array has 3 dimensions, and a table has two: rows and columns. Save it with .reshape(rows, columns).",
            Refused(stream => NpyFile.Write(stream, NumPyArray.Of([1.0, 2], 1, 2, 1))));
        Assert.Equal(
            "f: 'y' has 1 rows, and 'x' has 2. Save arrays of other lengths in a file of their own.",
            Refused(stream => NpzFile.Write(stream, [("x", NumPyArray.Of([1.5, 2], 2)), ("y", NumPyArray.Of([1.0], 1))])));
        string empty = Refused(stream => NpyFile.Write(stream, NumPyArray.Of(Array.Empty<double>(), 0, 2)));
        Assert.StartsWith("f: The file has no row", empty, StringComparison.Ordinal);
    }

    [Fact]
    public void They_are_told_by_their_bytes()
    {
        string path = Path.Combine(_folder, "noname");
        using (FileStream file = File.Create(path)) NpzFile.Write(file, [("x", NumPyArray.Of([1.5, 2], 2)), ("y", NumPyArray.Of([1.0, 3], 2))]);
        Assert.True(TableFile.LooksLikeTable(path));
        Assert.Equal(2, TableFile.Read(path, new CsvFormat()).Rows);
        using (FileStream file = File.Create(path)) NpyFile.Write(file, NumPyArray.Of([1.5, 2], 2));
        Assert.True(TableFile.LooksLikeTable(path));
        Assert.Equal(2, TableFile.Read(path, new CsvFormat()).Rows);
    }

    [Theory]
    [InlineData("D", -1, "1969-12-31")]
    [InlineData("M", 13, "1971-02-01")]
    [InlineData("Y", -1, "1969-01-01")]
    [InlineData("W", 1, "1970-01-08")]
    [InlineData("s", 86399, "1970-01-01T23:59:59")]
    [InlineData("ms", 1, "1970-01-01T00:00:00.001")]
    [InlineData("ns", 1700, "1970-01-01T00:00:00.0000017")]
    public void Times_have_their_unit(string unit, long count, string time)
    {
        Table table = Read(stream => NpyFile.Write(stream, [("t", Times(unit, count, count + 100)), ("x", NumPyArray.Of([1.5, 2], 2))]));
        Assert.Equal(DateTime.Parse(time, CultureInfo.InvariantCulture), table.Times!.Local[0]);
        Assert.Contains("f, row 2: The column of dates 't' has no date here", Refused(stream => NpyFile.Write(
            stream, [("t", Times(unit, count, long.MinValue)), ("x", NumPyArray.Of([1.5, 2], 2))])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Y", 10_000)]
    [InlineData("M", long.MaxValue)]
    [InlineData("D", -800_000)]
    [InlineData("s", long.MaxValue)]
    public void Times_outside_of_the_calendar_are_refused(string unit, long count) => Assert.Equal(
        "f: In column 't', a time lies outside of the years 1 to 9999. Correct it, or leave the column out.",
        Refused(stream => NpyFile.Write(stream, [("t", Times(unit, count, 0)), ("x", NumPyArray.Of([1.5, 2], 2))])));

    private static NumPyArray Times(string unit, params long[] counts) =>
        new(new NumPyType('M', sizeof(long), false, unit), [counts.Length], MemoryMarshal.AsBytes(counts.AsSpan()).ToArray());

    private static string Refused(Action<Stream> write) => Assert.Throws<InvalidInputException>(() => Read(write)).Message;

    private static Table Read(Action<Stream> write)
    {
        using MemoryStream stream = new();
        write(stream);
        return TableFile.Read(stream.ToArray(), new CsvFormat(), "f");
    }
}
