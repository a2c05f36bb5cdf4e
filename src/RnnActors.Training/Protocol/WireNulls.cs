using System.Collections.Concurrent;
using System.Reflection;
using MessagePack;

namespace RnnActors.Training.Protocol;

/// <summary>
/// MessagePack reads a nil or a missing field as null, even where the record's type is not nullable. This check refuses such records, so that no receiver has
/// to check.
/// </summary>
internal static class WireNulls
{
    private static readonly ConcurrentDictionary<Type, (PropertyInfo Property, bool MayBeNull)[]> Members = new();

    /// <exception cref="MessagePackSerializationException">A field is null that is not nullable.</exception>
    public static void Check(object record)
    {
        foreach (var (property, mayBeNull) in Members.GetOrAdd(record.GetType(), MembersOf))
        {
            object? value = property.GetValue(record);
            if (value is null && !mayBeNull) throw Missing(record, property);
            if (value is Array items && !items.GetType().GetElementType()!.IsValueType)
            {
                foreach (object? item in items)
                {
                    if (item is null) throw Missing(record, property);
                    CheckRecord(item);
                }
            }
            else if (value is not null)
            {
                CheckRecord(value);
            }
        }
    }

    private static void CheckRecord(object value)
    {
        if (value.GetType().IsDefined(typeof(MessagePackObjectAttribute))) Check(value);
    }

    private static (PropertyInfo, bool)[] MembersOf(Type type)
    {
        var nullability = new NullabilityInfoContext();
        return
        [
            .. type.GetProperties().Where(property => property.IsDefined(typeof(KeyAttribute)) && !property.PropertyType.IsValueType)
                .Select(property => (property, nullability.Create(property).ReadState == NullabilityState.Nullable)),
        ];
    }

    private static MessagePackSerializationException Missing(object record, PropertyInfo property) => new($"{record.GetType().Name} has no {property.Name}");
}
