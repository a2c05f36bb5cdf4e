namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>
/// How a missing value of an input is replaced. Only values known within the window are used, none after its end. A missing target is never filled in: it is
/// neither trained on nor scored.
/// </summary>
public enum MissingRule
{
    /// <summary>The file is refused, with the line and column.</summary>
    Refuse,

    /// <summary>The previous value; at the start, the mean of the training rows.</summary>
    Previous,

    /// <summary>Linear interpolation between the neighbours; the previous value if the window ends before the next one.</summary>
    Linear,

    /// <summary>The mean of the training rows.</summary>
    Mean,
}

/// <summary>How rows that are missing between two dates are treated.</summary>
public enum GapRule
{
    /// <summary>Windows extend across the gap; a note says so.</summary>
    Ignore,

    /// <summary>Rows without values are inserted, to be filled in by <c>missing</c>.</summary>
    Insert,

    /// <summary>No window extends across the gap.</summary>
    Cut,
}
