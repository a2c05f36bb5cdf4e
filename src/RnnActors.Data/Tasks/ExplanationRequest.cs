namespace RnnActors.Data.Tasks;

/// <summary>Which predictions are to be explained.</summary>
/// <param name="Data">The run's data; null for a text.</param>
/// <param name="Text">A text that the user typed; null for the data.</param>
public sealed record ExplanationRequest(PreparedTask? Data, string? Text);

/// <summary>Which of a prediction's numbers is explained; what is null, the task chooses.</summary>
/// <param name="Step">From 1: the step of a forecast, the word that is tagged or translated, the
/// token behind which the next one is predicted, the frame of a recording.</param>
/// <param name="Target">The column that is forecast.</param>
/// <param name="Class">The class, tag or token in place of the predicted one.</param>
public sealed record ExplanationChoice(int? Step = null, string? Target = null, string? Class = null);
