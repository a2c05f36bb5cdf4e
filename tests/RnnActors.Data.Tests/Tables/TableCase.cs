using RnnActors.Core.Problems;
using RnnActors.Data.Tables;
using Xunit;

namespace RnnActors.Data.Tests.Tables;

/// <summary>Tables of a few lines, written with spaces for line ends where that is shorter.</summary>
internal static class TableCase
{
    public static Table Parse(string text, CsvFormat? format = null) => CsvTable.Parse(new("f.csv", text), format ?? new());

    public static string Refused(string text, CsvFormat? format = null) => Refused(() => Parse(text, format));

    public static string Refused(Action read) => Assert.Throws<InvalidInputException>(read).Message;

    /// <summary>A line for each of the fields, behind a header.</summary>
    public static string Lines(string header, params IEnumerable<string> lines) => string.Join('\n', [header, .. lines]) + "\n";
}
