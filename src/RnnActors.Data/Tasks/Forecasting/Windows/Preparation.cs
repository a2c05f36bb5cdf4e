using System.Text.Json;
using System.Text.Json.Serialization;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>A column, with what was fitted to it on the training rows.</summary>
/// <param name="Mean">The mean of the raw values.</param>
/// <param name="Deviation">The standard deviation of the raw values.</param>
/// <param name="Scale">The scale of the transformed values; for a relative target, that of the differences.</param>
public sealed record PreparedColumn(string Name, double Mean, double Deviation, LinearScale Scale)
{
    /// <summary>The category that is encoded as 1, all others as 0 (one-hot); null for a numeric column.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Category { get; init; }

    /// <summary>How many rows ahead the column is read, if it is known ahead.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Ahead { get; init; }

    /// <summary>The lag in rows; 0 for the row itself.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Lag { get; init; }

    /// <summary>The number of rows, up to the current one, whose mean is read; 0 for the value itself.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int RollingMean { get; init; }

    /// <summary>Whether it is treated like the targets: transformed, scaled for each series, and normalised by the window.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsSeriesValue { get; init; }

    /// <summary>The mean of |y(t) - y(t - season)| over the training rows: the divisor of MASE (Hyndman and Koehler 2006). 0 if it is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double NaiveError { get; init; }
}

/// <summary>What was fitted to the training rows of one of several series.</summary>
/// <param name="Inputs">The scale of each column; the common one if the column is not a value of the series.</param>
/// <param name="InputMeans">The means of the raw values.</param>
public sealed record PreparedSeries(
    string Name, IReadOnlyList<LinearScale> Inputs, IReadOnlyList<double> InputMeans, IReadOnlyList<LinearScale> Targets, IReadOnlyList<double> TargetMeans,
    IReadOnlyList<double> Deviations, IReadOnlyList<double> NaiveErrors);

/// <summary>Everything that is needed to use a trained network on another file of the same kind.</summary>
public sealed record Preparation
{
    private const int CurrentVersion = 1;

    private Dictionary<string, int>? _numbers;

    public int Version { get; init; } = CurrentVersion;

    public required ForecastDataSpec Spec { get; init; }

    /// <summary>The columns that the network reads, without the calendar.</summary>
    public required IReadOnlyList<PreparedColumn> Inputs { get; init; }

    public required IReadOnlyList<PreparedColumn> Targets { get; init; }

    /// <summary>The columns that embedding layers read, in their order; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<EmbeddedColumn>? Embedded { get; init; }

    /// <summary>All inputs of a network: values, then the tokens of embedded columns.</summary>
    [JsonIgnore]
    internal IReadOnlyList<NamedSignal> Signals =>
        [new(InputNames.Default, new Shape(PreparedPanel.InputWidthOf(this))), .. TokenInputs.Select(input => input.Signal)];

    /// <summary>The token inputs of <see cref="Embedded"/>, in order.</summary>
    [JsonIgnore]
    internal IEnumerable<TokenInput> TokenInputs => (Embedded ?? []).SelectMany(column => TokenInput.Of(column, Spec));

    /// <summary>
    /// The variance of each output's noise, (targets · horizon), after the transform and before the scale; null where forecasts are medians.
    /// </summary>
    public IReadOnlyList<double>? NoiseVariances { get; init; }

    /// <summary>The fit of each series; null if there is only one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PreparedSeries>? Series { get; init; }

    /// <summary>The decimals of each target in the file; forecasts are written with as many.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? Decimals { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, PreparationJson.Type);

    /// <summary>The fit of a series; null if there is only one series, or the name is new.</summary>
    public PreparedSeries? Find(string series)
    {
        if (Series is null) return null;
        _numbers ??= Series.Select((known, i) => (known.Name, i)).ToDictionary();
        return _numbers.TryGetValue(series, out int number) ? Series[number] : null;
    }

    /// <summary>Whether all lists have the right lengths.</summary>
    private bool IsComplete()
    {
        int inputs = Inputs.Count, targets = Targets.Count;
        return inputs > 0 && targets > 0 && Inputs.Concat(Targets).All(column => column is { Name: not null, Ahead: >= 0, Lag: >= 0, RollingMean: >= 0 })
            && (NoiseVariances is null || NoiseVariances.Count == (long)targets * Spec.Horizon)
            && (Decimals is null || (Decimals.Count == targets && Decimals.All(decimals => decimals >= 0)))
            && (Spec.Embedded ?? []).SequenceEqual((Embedded ?? []).Select(column => column.Name))
            && (Embedded ?? []).All(column => column.Categories.Count is > 0 and <= EmbeddedColumn.MaxCategories && !column.Categories.Contains(null!)
                && column.Categories.Distinct().Count() == column.Categories.Count
                && !(Spec.Known.Contains(column.Name) && Spec.RowsAhead.Skip(TokenInput.MaxAhead).Any()))
            && (Series is null || (Series.All(IsWhole) && Series.Select(series => series.Name).Distinct().Count() == Series.Count));

        bool IsWhole(PreparedSeries series) => series.Inputs.Count == inputs && series.InputMeans.Count == inputs && series.Targets.Count == targets
            && series.TargetMeans.Count == targets && series.Deviations.Count == targets && series.NaiveErrors.Count == targets;
    }

    /// <exception cref="InvalidInputException">The text is not what <see cref="ToJson"/> writes.</exception>
    public static Preparation FromJson(string json)
    {
        try
        {
            Preparation? read = PreparationJson.Read(json);
            if (read is { Version: CurrentVersion } && read.IsComplete()) return read;
            throw new InvalidInputException(
                $"The checkpoint's data preparation has version {read?.Version} and {CurrentVersion} is known, or it is incomplete");
        }
        catch (JsonException problem)
        {
            throw new InvalidInputException("The checkpoint's data preparation cannot be read", "Use a checkpoint of a forecast", cause: problem);
        }
    }
}
