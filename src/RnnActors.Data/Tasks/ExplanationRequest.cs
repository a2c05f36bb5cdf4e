namespace RnnActors.Data.Tasks;

/// <summary>The predictions to explain.</summary>
/// <param name="Data">The run's data; null for a text.</param>
/// <param name="Text">A text from the user; null for the data.</param>
public sealed record ExplanationRequest(PreparedTask? Data, string? Text);

/// <summary>The number of a prediction to explain. The task chooses whatever is null.</summary>
/// <param name="Step">
/// From 1: the step of a forecast, the word that is tagged or translated, the token before the predicted one, the frame of a recording.
/// </param>
/// <param name="Target">The forecast column.</param>
/// <param name="Class">The class, tag or token to explain instead of the predicted one.</param>
public sealed record ExplanationChoice(int? Step = null, string? Target = null, string? Class = null);
