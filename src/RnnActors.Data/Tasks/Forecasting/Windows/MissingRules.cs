namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>
/// What an input is where its value is missing. Only what a window knows fills it: nothing behind the window's end. A target that is missing is never filled:
/// it is neither trained on nor scored.
/// </summary>
public enum MissingRule
{
    /// <summary>Refuse the file, naming the line and column.</summary>
    Refuse,

    /// <summary>The value before it; the mean of the training rows at the start.</summary>
    Previous,

    /// <summary>On the straight line between its neighbours; the value before it where the window ends first.</summary>
    Linear,

    /// <summary>The mean of the training rows.</summary>
    Mean,
}

/// <summary>What to do where rows are missing between two dates.</summary>
public enum GapRule
{
    /// <summary>Windows run across; it is said.</summary>
    Ignore,

    /// <summary>Rows without values are inserted, for <c>missing</c> to fill.</summary>
    Insert,

    /// <summary>No window crosses the place.</summary>
    Cut,
}
