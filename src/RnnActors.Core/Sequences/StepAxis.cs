namespace RnnActors.Core.Sequences;

/// <summary>Whose steps and lengths a signal has: an input's, or of several of its steps one.</summary>
/// <param name="Input">The number of the model's input.</param>
public readonly record struct StepAxis(int Input)
{
    private readonly int _further;

    /// <summary>How many of the input's steps make one.</summary>
    public int StepsEach
    {
        get => _further + 1;
        init => _further = value - 1;
    }

    /// <summary>Its steps where the input has so many.</summary>
    public int StepsOf(int input) => input / StepsEach;
}
