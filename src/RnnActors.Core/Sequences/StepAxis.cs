namespace RnnActors.Core.Sequences;

/// <summary>The time axis of a signal: that of an input, or one with several of the input's steps joined into each step.</summary>
/// <param name="Input">Index of the model's input.</param>
public readonly record struct StepAxis(int Input)
{
    private readonly int _further;

    /// <summary>How many steps of the input make one step of this axis.</summary>
    public int StepsEach
    {
        get => _further + 1;
        init => _further = value - 1;
    }

    /// <summary>Number of steps on this axis where the input has <paramref name="input"/> steps.</summary>
    public int StepsOf(int input) => input / StepsEach;
}
