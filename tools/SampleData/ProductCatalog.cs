namespace EtlWorker.SampleData;

/// <summary>dim_products.csv; product ids count from 1 in the order of the list.</summary>
internal static class ProductCatalog
{
    private static readonly (string Category, string Name)[] Products =
    [
        ("Kitchen", "Kettle"), ("Kitchen", "Toaster"), ("Kitchen", "Wok"), ("Kitchen", "Bread knife"), ("Kitchen", "Teapot"),
        ("Garden", "Rake"), ("Garden", "Watering can"), ("Garden", "Wheelbarrow"), ("Garden", "Lawn mower"), ("Garden", "Hedge shears"),
        ("Electronics", "Headphones"), ("Electronics", "Monitor"), ("Electronics", "Keyboard"), ("Electronics", "Router"),
        ("Electronics", "E-reader"),
        ("Sports", "Tennis racket"), ("Sports", "Yoga mat"), ("Sports", "Kayak"), ("Sports", "Skis"), ("Sports", "Football"),
        ("Home", "Bookcase"), ("Home", "Desk lamp"), ("Home", "Rug"), ("Home", "Pillow"), ("Home", "Mirror"),
    ];

    public static int Count => Products.Length;

    public static int Write(CsvWriter csv)
    {
        csv.Header("product_id,product_category,product_name"u8);
        csv.EndRow();
        for (var index = 0; index < Products.Length; index++)
        {
            csv.Field(index + 1);
            csv.Field(Products[index].Category);
            csv.Field(Products[index].Name);
            csv.EndRow();
        }

        return Products.Length;
    }
}
