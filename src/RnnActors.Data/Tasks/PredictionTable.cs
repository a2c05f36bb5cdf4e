using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace RnnActors.Data.Tasks;

/// <summary>A network's predictions as a table.</summary>
/// <param name="Columns">All of equal length.</param>
public sealed record PredictionTable(IReadOnlyList<PredictionColumn> Columns)
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public int Rows => Columns[0].Cells.Count;

    /// <summary>The column of that name.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public PredictionColumn this[string name] => Columns.FirstOrDefault(column => column.Name == name)
        ?? throw new KeyNotFoundException($"There is no column '{name}'; there are {string.Join(", ", Columns.Select(column => column.Name))}.");

    /// <summary>What was found or decided, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The chosen panels of a picture: the recent rows, then the prediction; null for no picture.</summary>
    public Func<PanelChoice, IReadOnlyList<ComparedSeries>>? Panels { get; init; }

    /// <summary>CSV: a header, then a line for each row.</summary>
    public IEnumerable<string> ToCsv() => Enumerable.Range(-1, Rows + 1)
        .Select(row => string.Join(',', Columns.Select(column => Field(row < 0 ? column.Name : column.Cells[row]))));

    /// <summary>A JSON object for each row.</summary>
    public IEnumerable<string> ToJsonLines() => Enumerable.Range(0, Rows).Select(row => new JsonObject(Columns.Select(column => KeyValuePair.Create(
        column.Name, column.Numbers is { } numbers && double.IsFinite(numbers[row])
        ? JsonValue.Create(numbers[row])
        : (JsonNode?)JsonValue.Create(column.Cells[row]))))
        .ToJsonString(Plain));

    private static string Field(string text) =>
        text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}

/// <summary>A column of texts, or of numbers.</summary>
public sealed class PredictionColumn
{
    public PredictionColumn(string name, IReadOnlyList<string> texts) => (Name, Cells) = (name, texts);

    public PredictionColumn(string name, IReadOnlyList<double> numbers)
        : this(name, new ComputedList<string>(numbers.Count, row => numbers[row].ToString("G9", CultureInfo.InvariantCulture))) => Numbers = numbers;

    /// <param name="decimals">Digits after the decimal point.</param>
    public PredictionColumn(string name, IReadOnlyList<double> numbers, int decimals)
        : this(name, new ComputedList<string>(numbers.Count, row => Text(numbers[row], decimals))) => Numbers = numbers;

    public string Name { get; }

    private static string Text(double number, int decimals) =>
        double.IsFinite(number) ? number.ToString($"F{decimals}", CultureInfo.InvariantCulture) : "";

    /// <summary>The cells as they are printed.</summary>
    public IReadOnlyList<string> Cells { get; }

    /// <summary>The numbers; null for texts.</summary>
    public IReadOnlyList<double>? Numbers { get; }
}
