namespace RnnActors.Data.Trained;

/// <summary>Which of a run's parameters are meant.</summary>
public enum ParameterChoice
{
    /// <summary>The run's result: with early stopping those with the lowest validation loss, else the averaged or last ones.</summary>
    Result,

    /// <summary>Those with the lowest validation loss.</summary>
    Best,

    /// <summary>Those after the last step: averaged where the run averages.</summary>
    Last,
}
