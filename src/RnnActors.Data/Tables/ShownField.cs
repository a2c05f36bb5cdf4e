namespace RnnActors.Data.Tables;

/// <summary>A field as messages quote it; a long one is shortened.</summary>
internal static class ShownField
{
    private const int MaxLength = 80;

    public static string Of(string field)
    {
        if (field.Length <= MaxLength) return field;
        int length = MaxLength - 1;
        return field[..(char.IsHighSurrogate(field[length - 1]) ? length - 1 : length)] + "…";
    }
}
