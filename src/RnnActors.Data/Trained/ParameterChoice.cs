namespace RnnActors.Data.Trained;

/// <summary>A choice among a run's parameters.</summary>
public enum ParameterChoice
{
    /// <summary>The run's result: with early stopping, the parameters with the lowest validation loss; otherwise the averaged or last ones.</summary>
    Result,

    /// <summary>Those with the lowest validation loss.</summary>
    Best,

    /// <summary>Those after the last step, averaged if the run averages.</summary>
    Last,
}
